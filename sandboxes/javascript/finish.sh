#!/bin/sh
# Runs at the end of the image build. A snapshot fits one set of V8 flags only: the heap here is
# what the default memory limit gives (harness/runners/javascript.py); other limits start without.
set -eu
cd /opt/harness/javascript
NODE_NO_WARNINGS=1 node --max-old-space-size=384 --snapshot-blob driver.blob --build-snapshot snapshot.js
chmod 0644 driver.blob
