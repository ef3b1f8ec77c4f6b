"""One optimisation step of TRL's trainers on our exports. Runs inside the image, without network.

Reads the folders ``trl-*`` of /exports. The last line it prints is JSON: what each trainer saw and
did. The model is tiny and random, the tokenizer is trained on the rows.
"""

import copy
import json
import math
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import datasets
import torch
import transformers
import trl
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, LlamaForSequenceClassification
from trl.data_utils import (
    apply_chat_template,
    extract_prompt,
    is_conversational,
    unpair_preference_dataset,
)

EXPORTS = Path("/exports")
PAD, BEGIN, SAYS, END = "<pad>", "<|start|>", "<|says|>", "<|end|>"
BATCH = 4
TEMPLATE = f"""
{{%- for message in messages -%}}
{BEGIN}{{{{ message['role'] }}}}{SAYS}{{{{ message['content'] }}}}{END}
{{%- endfor -%}}
{{%- if add_generation_prompt -%}}{BEGIN}assistant{SAYS}{{%- endif -%}}"""


def main() -> None:
    datasets.disable_progress_bars()
    torch.set_num_threads(1)  # the model is far too small for more
    rows = {name: load(name) for name in ("trl-dpo", "trl-dpo-chat", "trl-kto")}
    rows |= {name: load(name) for name in ("trl-reward", "trl-reward-plain")}
    pairs = rows["trl-dpo"]
    tokenizer = make_tokenizer(row[key] for row in pairs for key in row)
    found = {"trl": trl.__version__, "torch": torch.__version__}
    found["transformers"] = transformers.__version__
    found["checks"] = checks(rows, tokenizer)
    for name in ("trl-dpo", "trl-dpo-chat"):
        found[name] = against_itself(trl.DPOTrainer, trl.DPOConfig, rows[name], tokenizer)
    found["trl-kto"] = against_itself(trl.KTOTrainer, trl.KTOConfig, rows["trl-kto"], tokenizer)
    for name in ("trl-reward", "trl-reward-plain"):
        model = make_model(LlamaForSequenceClassification, tokenizer, labels=1)
        found[name] = step(trl.RewardTrainer, trl.RewardConfig, rows[name], tokenizer, model)
    print(f"\n{json.dumps(found)}")  # the last line: trainers print as well


def load(name: str) -> Any:
    """All parts of an export, as its card tells ``datasets`` to read them."""
    parts = datasets.load_dataset(str(EXPORTS / name))
    return datasets.concatenate_datasets([parts[part] for part in sorted(parts)])


def make_tokenizer(texts: Iterable[str]) -> Any:
    """Trained on the spot; no character is unknown to it."""
    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=600, special_tokens=[PAD, BEGIN, SAYS, END], initial_alphabet=alphabet,
        show_progress=False,
    )  # fmt: skip
    core.train_from_iterator(texts, trainer)
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=core, pad_token=PAD, eos_token=END, chat_template=TEMPLATE
    )


def checks(rows: Mapping[str, Any], tokenizer: Any) -> dict[str, Any]:
    """What TRL's own functions say of the rows."""
    chat = rows["trl-reward-plain"]
    explicit = [extract_prompt(row) for row in chat]
    unpaired = unpair_preference_dataset(rows["trl-dpo-chat"])
    templated = [apply_chat_template(row, tokenizer) for row in rows["trl-dpo-chat"]]
    return {
        "conversational": {
            name: sorted({is_conversational(row) for row in found}) for name, found in rows.items()
        },
        # What a reward row is made of is what a DPO row says outright.
        "extracted": explicit == [dict(row) for row in rows["trl-dpo-chat"]],
        "unpaired": [len(unpaired), sum(unpaired["label"])],
        "templated": sum(
            row["prompt"].endswith(f"{BEGIN}assistant{SAYS}") and row["chosen"].endswith(END)
            and row["chosen"] != row["rejected"] for row in templated
        ),
        "kto_labels": sorted(set(rows["trl-kto"]["label"])),
    }  # fmt: skip


class Counting:
    """A trainer's own collator, and what went through it."""

    def __init__(self, inner: Callable[[Any], Any]) -> None:
        self.inner, self.rows = inner, 0
        self.margins: list[float] = []

    def __call__(self, examples: Any) -> Any:
        self.rows += len(examples)
        batch = self.inner(examples)
        if "margin" in batch:
            self.margins += batch["margin"].tolist()
        return batch


def against_itself(trainer_type: Any, config_type: Any, rows: Any, tokenizer: Any) -> Any:
    """A step of a trainer that holds the model against what it was."""
    model = make_model(LlamaForCausalLM, tokenizer)
    before = copy.deepcopy(model)
    return step(trainer_type, config_type, rows, tokenizer, model, ref_model=before)


def step(
    trainer_type: Any, config_type: Any, rows: Any, tokenizer: Any, model: Any, **more: Any
) -> dict[str, Any]:
    """One step over all rows, however many batches they are."""
    arguments = config_type(
        output_dir="/tmp/out", per_device_train_batch_size=BATCH, num_train_epochs=1,
        gradient_accumulation_steps=math.ceil(len(rows) / BATCH), logging_steps=1, use_cpu=True,
        bf16=False, gradient_checkpointing=False, save_strategy="no", report_to=[],
        disable_tqdm=True, learning_rate=1e-3,
        max_length=None,  # else rows with a longer prompt are left out
    )  # fmt: skip
    trainer = trainer_type(
        model=model, args=arguments, train_dataset=rows, processing_class=tokenizer, **more
    )
    counting = trainer.data_collator = Counting(trainer.data_collator)
    before = {name: one.detach().clone() for name, one in trainer.model.named_parameters()}
    began_s = time.process_time()
    trainer.train()
    after = dict(trainer.model.named_parameters())
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    return {
        "loss": losses, "steps": trainer.state.global_step, "rows": counting.rows,
        "margins": counting.margins,
        "changed": sum(not torch.equal(before[name], one) for name, one in after.items()),
        "finite": all(bool(torch.isfinite(one).all()) for one in after.values()),
        "parameters": len(after), "cpu_s": round(time.process_time() - began_s, 1),
    }  # fmt: skip


def make_model(model_type: Any, tokenizer: Any, *, labels: int = 2) -> Any:
    """Tiny and random, the same every time. labels: how many a head for classes tells apart."""
    transformers.set_seed(1)
    return model_type(
        LlamaConfig(
            vocab_size=len(tokenizer), hidden_size=8, intermediate_size=8, num_hidden_layers=1,
            num_attention_heads=1, num_key_value_heads=1, max_position_embeddings=65_536,
            num_labels=labels, pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id, bos_token_id=None,
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
