#!/bin/sh
# Last step of every layer that installs something: drop caches, setuid bits and writable places.
# At run time the root is read-only and scratch is tmpfs; this is the second lock on that door.
set -eu
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/* /usr/share/doc/*
rm -rf /tmp/* /var/tmp/*
find / -xdev -type f -perm /6000 -exec chmod a-s {} +
find / -xdev -type d -perm -0002 ! -path /tmp -exec chmod o-w {} +
find / -xdev -type f -perm -0002 -exec chmod o-w {} +
