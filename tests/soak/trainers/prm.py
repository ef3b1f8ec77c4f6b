"""One optimisation step of TRL's trainer of process rewards on our export. Runs inside the image.

TRL has left it out since; the image keeps the release that still had it beside the newer one. The
last line it prints is JSON, as ``steps.py`` prints it.
"""

import json

import datasets
import torch
import trl
from steps import load, make_model, make_tokenizer, step
from transformers import LlamaForTokenClassification
from trl.experimental.prm import PRMConfig, PRMTrainer


def main() -> None:
    datasets.disable_progress_bars()
    torch.set_num_threads(1)
    rows = load("trl-prm")
    tokenizer = make_tokenizer(
        text for row in rows for text in (row["prompt"], *row["completions"])
    )
    model = make_model(LlamaForTokenClassification, tokenizer)
    found = step(PRMTrainer, PRMConfig, rows, tokenizer, model)
    told = {
        "trl": trl.__version__,
        "labels": sorted({one for row in rows for one in row["labels"]}),
    }
    print(f"\n{json.dumps(found | told)}")


if __name__ == "__main__":
    main()
