#!/usr/bin/env bash
# What readers make of a folder of the lake: writes a small lake, or takes the folder that is named, installs the readers of
# docs/lake-readers.md in a temp folder, at the versions of that table, and prints its rows. Needs Python 3.11 or newer, and Java 17 for Spark; about 1 GB of
# packages. `READERS="polars duckdb"` takes some of them. No part of CI.
#   bash docs/lake-readers.sh [LAKE_DIR]
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
LAKE=${1:-$WORK/lake}
[[ $# -gt 0 ]] || (cd "$HERE/.." && PATH="$PWD/node_modules/.bin:$PATH" node test/support/example-lake.ts "$LAKE")
python3 -m venv "$WORK/python"
"$WORK/python/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1 pyarrow==25.0.1 polars==2.1.0 duckdb==2.0.1 \
  datafusion==55.0.0 deltalake==1.6.6 daft==0.7.26 chdb==4.4.0 fastparquet==2026.9.0 pyspark==4.3.0
(cd "$WORK" && npm init -y >/dev/null && npm install --silent --no-audit --no-fund hyparquet@1.31.5 hyparquet-compressors@1.1.2)
"$WORK/python/bin/python" "$HERE/lake-readers.py" "$LAKE/raw_ticks" "$WORK"
