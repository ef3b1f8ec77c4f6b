#!/usr/bin/env bash
# Measures the flags again and writes harness/flags/strength.json, the file that comes along.
#
#   scripts/strength.sh        needs a Docker engine, and the corpus (HARNESS_CORPUS)
#
# Runs are cached: a second time only what changed is run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=${PYTHON:-.venv/bin/python}
corpus=${HARNESS_CORPUS:-../shared/corpus}
reports=reports/calibration
runs=()
references=()

run() { # NAME TASKS RESPONSES
  "$python" -m harness run "$corpus/$2.jsonl.gz" --responses "$corpus/$3.jsonl.gz" \
    --no-report --out "$reports/$1" --json >/dev/null
  runs+=("$reports/$1")
}

for language in python javascript; do
  run "canaicode_$language" "tasks/canaicode_$language" "responses/canaicode_$language"
done
run codet tasks/humaneval_python responses/codet_codegen16b_humaneval_python
run spider sql/tasks_spider_dev sql/responses_spider_dev
for language in javascript cpp csharp; do
  run "mbxp_$language" "tasks/mbxp_$language" "responses/mbxp_samples_$language"
done
for name in humaneval_python humanevalx_javascript humanevalx_cpp mbxp_javascript mbxp_cpp \
  mbxp_csharp exercism_csharp freecodecamp_html; do
  references+=(--references "$corpus/tasks/$name.jsonl.gz")
done

"$python" -m harness flag --calibrate "${runs[@]}" "${references[@]}" \
  --out harness/flags/strength.json
"$python" scripts/rule_docs.py
