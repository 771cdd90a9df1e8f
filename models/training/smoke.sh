#!/bin/bash
# Tries the whole recipe on tiny pictures: both stages of 20 steps, each stopped midway and resumed, then the export.
# smoke.sh OUT leaves OUT/smoke.onnx, OUT/smoke-discriminator.onnx and their .parity.json. Under a minute on two cores.
set -euo pipefail

out=${1:?"Expected a folder for the exported models: smoke.sh OUT"}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=${PYTHON:-/usr/bin/python3}
export PYTHON=$python PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1

if ! "$python" -c "import torch, PIL, numpy" 2>/dev/null; then
  packages=(python3-torch python3-pil python3-numpy)
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "$python lacks PyTorch, Pillow or NumPy: apt-get install --no-install-recommends ${packages[*]}" >&2
    exit 1
  fi
  apt-get update -qq
  apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
"$python" "$here/smoke/make_photos.py" "$work/photos"

# fp32: what a resumed run must repeat exactly.
common=(--photos "$work/photos" --steps 20 --batch 2 --patch-px 32 --precision fp32 --threads 2)
common+=(--save-every 5 --log-every 3)
psnr=(train_psnr "${common[@]}" --channels 8 --blocks 2)
gan=(train_gan "${common[@]}" --start "$work/whole/psnr.pt" --judge-channels 4 --judge-first 8)

# Runs a stage that a signal ends, and checks that the run is not yet what it is to become.
interrupted() {
  local signal=$1 step=$2 checkpoint=$3
  shift 3
  "$python" "$here/smoke/interrupt.py" "$signal" "$step" "$@" --out "$work/halved" || true
  if "$python" "$here/smoke/same.py" "$work/whole/$checkpoint" "$work/halved/$checkpoint" 2>/dev/null; then
    echo "The run was to be stopped at step $step by $signal, and was not." >&2
    exit 1
  fi
}

"$here/run.sh" "${psnr[@]}" --out "$work/whole"
interrupted SIGTERM 8 psnr.pt "${psnr[@]}"
"$here/run.sh" "${psnr[@]}" --out "$work/halved"
"$python" "$here/smoke/same.py" "$work/whole/psnr.pt" "$work/halved/psnr.pt"

"$here/run.sh" "${gan[@]}" --out "$work/whole"
# SIGKILL at 12 loses two steps: the last checkpoint is of step 10.
interrupted SIGKILL 12 gan.pt "${gan[@]}"
"$here/run.sh" "${gan[@]}" --out "$work/halved"
"$python" "$here/smoke/same.py" "$work/whole/gan.pt" "$work/halved/gan.pt"

"$here/run.sh" export "$work/halved/gan.pt" "$out" --name smoke --discriminator smoke-discriminator
"$here/run.sh" curves "$work/halved/gan.csv" "$out/curves.svg"
