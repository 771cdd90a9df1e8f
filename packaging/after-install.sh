#!/bin/bash
# After the Debian package is unpacked. Written after electron-builder's own script; here `silvergrain` on the PATH is the
# command line, not the window.
ln -sf /opt/Silvergrain/resources/bin/silvergrain /usr/bin/silvergrain

# Chromium's sandbox needs user namespaces, or else its helper to belong to root with the setuid bit.
if [[ -L /proc/self/ns/user ]] && unshare --user true; then
  chmod 0755 /opt/Silvergrain/chrome-sandbox || true
else
  chmod 4755 /opt/Silvergrain/chrome-sandbox || true
fi

if hash update-desktop-database 2>/dev/null; then update-desktop-database /usr/share/applications || true; fi

# Ubuntu 24 and newer give user namespaces only to programs with a profile. Older ones cannot read it, and need none.
profile=/opt/Silvergrain/resources/apparmor-profile
if apparmor_status --enabled >/dev/null 2>&1 && apparmor_parser --skip-kernel-load --debug "$profile" >/dev/null 2>&1; then
  cp -f "$profile" /etc/apparmor.d/silvergrain
  if ! ischroot 2>/dev/null; then
    apparmor_parser --replace --write-cache --skip-read-cache /etc/apparmor.d/silvergrain || true
  fi
fi
