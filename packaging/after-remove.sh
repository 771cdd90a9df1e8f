#!/bin/bash
# After the Debian package is removed, and before a newer one is set up.
rm -f /usr/bin/silvergrain

if [ -f /etc/apparmor.d/silvergrain ]; then
  if apparmor_status --enabled >/dev/null 2>&1 && ! ischroot 2>/dev/null; then
    apparmor_parser --remove /etc/apparmor.d/silvergrain || true
  fi
  rm -f /etc/apparmor.d/silvergrain
fi
