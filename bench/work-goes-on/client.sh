#!/usr/bin/env bash
# client.sh NAME DIR: becomes the agent command line NAME, installed in DIR, with MODEL_URL as its model.
# Its own sandbox and questions are off: what guards it is what is measured.
set -eu
# A JVM takes its user's home from the password file, so HOME alone leaves Maven a warm cache in one mode and not in the other.
export MAVEN_OPTS="-Dmaven.repo.local=$HOME/.m2/repository"
prompt="Do the next task in this folder."
case $1 in
  qwen-code)
    export OPENAI_BASE_URL=$MODEL_URL/v1 OPENAI_API_KEY=worthless OPENAI_MODEL=scripted QWEN_CODE_SUPPRESS_YOLO_WARNING=1
    exec "$2/node_modules/.bin/qwen" -p "$prompt" --yolo --auth-type openai
    ;;
  codex)
    mkdir -p "$HOME/.codex"
    cat >"$HOME/.codex/config.toml" <<TOML
model = "scripted"
model_provider = "bench"
[model_providers.bench]
name = "bench"
base_url = "$MODEL_URL/v1"
env_key = "MODEL_KEY"
wire_api = "responses"
[analytics]
enabled = false
TOML
    export MODEL_KEY=worthless
    exec "$2/node_modules/.bin/codex" exec --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox --json "$prompt"
    ;;
  opencode)
    mkdir -p "$HOME/.config/opencode"
    cat >"$HOME/.config/opencode/opencode.json" <<JSON
{"autoupdate": false, "share": "disabled", "permission": "allow", "model": "bench/scripted", "small_model": "bench/scripted",
 "provider": {"bench": {"npm": "@ai-sdk/openai-compatible", "name": "bench",
  "options": {"baseURL": "$MODEL_URL/v1", "apiKey": "worthless"},
  "models": {"scripted": {"name": "scripted", "tool_call": true, "limit": {"context": 100000, "output": 8000}}}}}}
JSON
    export OPENCODE_DISABLE_AUTOUPDATE=1 OPENCODE_DISABLE_MODELS_FETCH=1 OPENCODE_DISABLE_DEFAULT_PLUGINS=1
    export OPENCODE_DISABLE_LSP_DOWNLOAD=1
    bin=$2/node_modules/opencode-linux-x64/bin/opencode
    [ -x "$bin" ] || bin=$2/node_modules/.bin/opencode
    exec "$bin" run "$prompt" --format json
    ;;
  *)
    echo "client.sh: qwen-code, codex or opencode, not $1" >&2
    exit 2
    ;;
esac
