#!/usr/bin/env bash
# Gets what the VM lane needs: QEMU from Debian's packages, and Debian's kernel under .cache/vm. What
# is already there is left alone; remove .cache/vm to get a newer kernel.
set -euo pipefail
cd "$(dirname "$0")/../.."

cache=$PWD/.cache/vm
kernel=$cache/kernel
packages=(qemu-system-x86 qemu-system-common busybox-static cpio kmod)

# What the guest needs before it has the host's files. All other modules load on demand.
first_modules=(virtio_pci virtiofs overlay virtio_console)

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi

is_installed() {
  [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

lists_are_fresh=no
update_package_lists() {
  if [ "$lists_are_fresh" = yes ]; then return; fi
  script/quietly 'updating the list of system packages' "${as_root[@]}" apt-get update
  lists_are_fresh=yes
}

install_packages() {
  local missing=() package
  for package in "${packages[@]}"; do
    if ! is_installed "$package"; then missing+=("$package"); fi
  done
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  update_package_lists
  script/quietly "installing ${missing[*]}" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends "${missing[@]}"
}

# The package linux-image-cloud-amd64 is empty; it depends on the one with the kernel.
kernel_package() {
  apt-cache depends --important linux-image-cloud-amd64 |
    sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p'
}

# usage: unpack_kernel FOLDER; the package is not installed.
unpack_kernel() {
  local release package
  package=$(kernel_package)
  cd "$1"
  # As root apt downloads as another user, who must not write here.
  apt-get download -o APT::Sandbox::User=root "$package"
  dpkg -x ./*.deb package
  release=$(basename package/lib/modules/*)
  mkdir kernel
  mv "package/boot/vmlinuz-$release" kernel/vmlinuz
  mv package/lib kernel/lib
  # Installing the package would do this.
  /sbin/depmod --basedir "$PWD/kernel" "$release"
}

# The kernel gets its name when it is whole: what an interrupted run leaves is no kernel.
download_kernel() {
  local folder
  if [ -e "$kernel" ]; then return; fi
  update_package_lists
  mkdir -p "$cache"
  folder=$(mktemp -d "$cache/unfinished.XXXXXX")
  export -f kernel_package unpack_kernel
  script/quietly "downloading Debian's kernel" bash -euo pipefail -c 'unpack_kernel "$1"' - "$folder"
  mv "$folder/kernel" "$kernel"
  rm -rf "$cache"/unfinished.*
}

# The files of modules and of what they need, in the order to load them.
module_files() {
  /sbin/modprobe --dirname "$kernel" --set-version "$(basename "$kernel"/lib/modules/*)" \
    --show-depends --all "$@" | sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++'
}

# Made anew every time, which takes a moment: it is never older than init.sh.
build_initrd() {
  local root file
  root=$(mktemp -d "$cache/initrd.XXXXXX")
  mkdir "$root"/{bin,modules,dev,proc,sys,host,upper,root}
  cp "$(command -v busybox)" "$root/bin/busybox"
  install -m 755 test/vm/init.sh "$root/init"
  for file in $(module_files "${first_modules[@]}"); do
    cp "$file" "$root/modules"
    basename "$file" >>"$root/modules/order"
  done
  (cd "$root" && find . | cpio --quiet --create --format=newc | gzip -1) >"$cache/initrd.new"
  mv "$cache/initrd.new" "$cache/initrd.gz"
  rm -rf "$root"
}

if [ "$(dpkg --print-architecture)" != amd64 ]; then
  echo 'test/vm/prepare.sh: the guest runs the programs of the host, which must be an amd64' >&2
  exit 1
fi
install_packages
download_kernel
build_initrd
