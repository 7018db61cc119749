#!/usr/bin/env bash
# Gets kube-apiserver for the tests, as .cache/kubernetes/kube-apiserver. Debian has it as source only, so it
# is built, by a compiler that is unpacked and not installed. That takes minutes, once: the result is kept
# in ~/.cache/netwright, for every folder like this one. Remove it from there to have it built again.
set -euo pipefail
cd "$(dirname "$0")/../.."

kept=${XDG_CACHE_HOME:-$HOME/.cache}/netwright/kubernetes-1.20.2

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi

# apt with its own lists: those of the machine need not have sources.
# usage: fetch FOLDER
fetch() {
  local lists=$1/apt keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  mkdir -p "$lists/lists/partial" "$lists/cache/archives/partial" "$1/packages"
  apt-get indextargets --format "deb-src [signed-by=$keyring] \$(REPO_URI) \$(RELEASE) \$(COMPONENT)" \
    'Created-By: Packages' 'Origin: Debian' 'Codename: bookworm' 'Component: main' |
    sort -u >"$lists/sources.list"
  cd "$1/packages"
  # As root apt downloads as another user, who must not write here.
  apt-get download -o APT::Sandbox::User=root \
    golang-1.19-go golang-1.19-src golang-github-modern-go-reflect2-dev
  local options=(
    -o "Dir::Etc::SourceList=$lists/sources.list" -o Dir::Etc::SourceParts=-
    -o "Dir::State::Lists=$lists/lists" -o "Dir::Cache=$lists/cache"
    -o Acquire::Languages=none -o APT::Sandbox::User=root
  )
  apt-get "${options[@]}" update
  apt-get "${options[@]}" --download-only source kubernetes
}

# usage: unpack FOLDER
unpack() {
  local package source=$1/go/src/k8s.io/kubernetes
  for package in "$1"/packages/*.deb; do dpkg --extract "$package" "$1/root"; done
  mkdir -p "$source"
  tar --extract --file "$1"/packages/kubernetes_*.orig.tar.gz --directory "$source" --strip-components=1
  # The one that comes with it crashes with compilers after Go 1.17, at the first custom resource.
  rm -r "$source/vendor/github.com/modern-go/reflect2"
  cp -r "$1/root/usr/share/gocode/src/github.com/modern-go/reflect2" "$source/vendor/github.com/modern-go"
}

# What `make` would do first: the only generated file that the sources lack, made of all types with this mark.
# usage: generate FOLDER; in the folder of the sources.
generate() {
  local mark='+k8s:openapi-gen=' inputs
  inputs=$(grep --recursive --files-with-matches --include='*.go' --fixed-strings -e "$mark" staging/src/k8s.io |
    grep --invert-match -e /zz_generated -e _test.go -e /code-generator/ -e /sample-apiserver/ |
    sed 's|^staging/src/|k8s.io/kubernetes/vendor/|; s|/[^/]*$||' | sort -u | paste -sd,)
  go build -o "$1/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
  "$1/openapi-gen" --output-file-base zz_generated.openapi --input-dirs "$inputs" \
    --go-header-file staging/src/k8s.io/code-generator/hack/boilerplate.go.txt \
    --output-package k8s.io/kubernetes/pkg/generated/openapi --report-filename "$1/violations"
}

# usage: build FOLDER
build() {
  local version=k8s.io/kubernetes/vendor/k8s.io/component-base/version
  local values="-X $version.gitVersion=v1.20.2 -X $version.gitMajor=1 -X $version.gitMinor=20"
  # With less collecting of garbage the compiler takes three quarters of the time, and a gigabyte.
  export GOGC=400 GOROOT=$1/root/usr/lib/go-1.19 GOPATH=$1/go GOCACHE=$1/cache GO111MODULE=off GOFLAGS=
  # As the packages of the standard library were compiled that come with the compiler.
  export CGO_ENABLED=1 PATH=$GOROOT/bin:$PATH
  cd "$1/go/src/k8s.io/kubernetes"
  generate "$1"
  # Without the parts for clouds, which take as long to compile as half of the rest.
  go build -tags providerless -ldflags "-s -w $values" -o "$1/kube-apiserver" ./cmd/kube-apiserver
}

# One build at a time is enough. What it makes gets its name when it is whole.
make_server() {
  local folder
  mkdir -p "$kept"
  exec 9>"$kept/lock"
  flock 9
  if [ -e "$kept/kube-apiserver" ]; then return; fi
  folder=$kept/unfinished
  rm -rf "$folder"
  mkdir "$folder"
  export -f fetch unpack generate build
  script/quietly 'updating the list of system packages' "${as_root[@]}" apt-get update
  script/quietly "downloading Debian's source of kube-apiserver" bash -euo pipefail -c 'fetch "$1"' - "$folder"
  script/quietly 'unpacking it, and a compiler' bash -euo pipefail -c 'unpack "$1"' - "$folder"
  script/quietly 'building kube-apiserver, which takes minutes' bash -euo pipefail -c 'build "$1"' - "$folder"
  mv "$folder/kube-apiserver" "$kept/kube-apiserver"
  rm -rf "$folder"
}

if [ ! -e "$kept/kube-apiserver" ]; then make_server; fi
mkdir -p .cache
ln -sfn "$kept" .cache/kubernetes
