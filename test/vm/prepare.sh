#!/bin/bash
# Gets what the VM lane needs: QEMU from Debian's packages, Debian's kernel under .cache/vm.
#
# Safe to run twice: what is there is kept. Only the packages touch the machine; the kernel is
# unpacked, never installed. Remove .cache/vm to get a newer kernel.
set -euo pipefail

cd "$(dirname "$0")/../.."
cache=$PWD/.cache/vm
kernel=$cache/kernel
packages=(qemu-system-x86 qemu-system-common busybox-static cpio zstd kmod)

# What the guest needs before it can reach the host's file system. All else loads on demand.
modules=(virtio_pci virtiofs overlay virtio_console)

fail() {
  echo "test/vm/prepare.sh: $*" >&2
  exit 1
}

is_installed() {
  [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

update_package_lists_once() {
  [[ -v lists_are_fresh ]] || apt-get update --quiet=2 || fail 'update the package lists: apt-get'
  lists_are_fresh=yes
}

install_missing_packages() {
  local missing=() package
  for package in "${packages[@]}"; do
    is_installed "$package" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  [[ $EUID == 0 ]] || fail "install ${missing[*]}: this needs root"
  update_package_lists_once
  DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends \
    "${missing[@]}" >/dev/null || fail "install ${missing[*]}: apt-get"
}

# linux-image-cloud-amd64 is an empty package that depends on the one with the kernel.
kernel_package() {
  apt-cache depends --important linux-image-cloud-amd64 2>/dev/null |
    sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p'
}

# Everything is made in a folder of its own that gets its name last, so a broken download leaves
# nothing that looks like a kernel.
download_kernel() {
  [[ ! -e $kernel ]] || return 0
  update_package_lists_once
  local package
  package=$(kernel_package)
  [[ -n $package ]] || fail 'find a kernel: linux-image-cloud-amd64 is in no package list'
  mkdir -p "$cache"
  unfinished=$(mktemp -d "$cache/unfinished.XXXXXX")
  trap 'rm -rf "$unfinished"' EXIT
  # As root apt downloads as another user, who cannot write here.
  (cd "$unfinished" && apt-get download --quiet=2 -o APT::Sandbox::User=root "$package") ||
    fail "download $package: apt-get"
  dpkg -x "$unfinished"/*.deb "$unfinished/tree"
  local release
  release=$(basename "$unfinished"/tree/lib/modules/*)
  mkdir "$unfinished/kernel"
  mv "$unfinished/tree/boot/vmlinuz-$release" "$unfinished/kernel/vmlinuz"
  mv "$unfinished/tree/lib" "$unfinished/kernel/lib"
  # The package runs depmod when it is installed, so its tree has no modules.dep yet.
  /sbin/depmod --basedir "$unfinished/kernel" "$release"
  mv "$unfinished/kernel" "$kernel"
}

# The files to load for the modules, dependencies first, none twice.
module_files() {
  local release
  release=$(basename "$kernel"/lib/modules/*)
  /sbin/modprobe --dirname "$kernel" --set-version "$release" --show-depends --all "$@" |
    sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++'
}

# Made anew every time: it takes a moment, and is never older than init.sh.
build_initrd() {
  local root=$cache/initrd
  rm -rf "$root"
  mkdir -p "$root"/{bin,modules,dev,proc,sys,host,upper,root}
  cp "$(command -v busybox)" "$root/bin/busybox"
  install -m 755 test/vm/init.sh "$root/init"
  module_files "${modules[@]}" | while read -r file; do
    cp "$file" "$root/modules/"
    basename "$file"
  done >"$root/modules/order"
  (cd "$root" && find . | cpio --quiet --create --format=newc | gzip -1) >"$cache/initrd.gz"
}

[[ $(dpkg --print-architecture) == amd64 ]] || fail 'the VM lane runs the programs of an amd64 host'
install_missing_packages
download_kernel
build_initrd
