#!/usr/bin/env bash
# Makes PREFIX/lib/libcurl.a from Debian's source of curl, with nothing in it but HTTP and TLS: what a wheel's binary can
# carry. Debian's own library drags in thirty others, which other distributions have in other versions or not at all.
#   tools/portable_curl.sh PREFIX
set -euo pipefail
prefix=$1
[ ! -f "$prefix/lib/libcurl.a" ] || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/source"
chmod -R a+rwX "$work"  # apt fetches as a user of its own
# This machine's archives once more, for their sources. Its own lists stay as they are.
for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.list; do
  if [ -f "$file" ]; then sed -n 's/^deb /deb-src /p' "$file"; fi
done >"$work/one.list"
for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list.d/ubuntu.sources; do
  if [ -f "$file" ]; then sed 's/^Types:.*/Types: deb-src/' "$file"; fi
done >"$work/other.sources"
mkdir "$work/parts"
mv "$work/one.list" "$work/other.sources" "$work/parts"
apt=(apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/parts" -o Dir::State::lists="$work/lists")
"${apt[@]}" update
(cd "$work/source" && "${apt[@]}" source curl)
cmake -S "$work"/source/curl-*/ -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=MinSizeRel -DCMAKE_INSTALL_PREFIX="$prefix" \
  -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DCMAKE_C_COMPILER_LAUNCHER="$(command -v ccache || true)" \
  -DBUILD_SHARED_LIBS=OFF -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF -DHTTP_ONLY=ON -DOPENSSL_USE_STATIC_LIBS=ON \
  -DCURL_CA_BUNDLE=none -DCURL_CA_PATH=none -DCURL_USE_LIBSSH2=OFF -DCURL_USE_LIBPSL=OFF -DUSE_NGHTTP2=OFF \
  -DUSE_LIBIDN2=OFF -DCURL_BROTLI=OFF -DCURL_ZSTD=OFF -DCURL_ZLIB=OFF -DCURL_DISABLE_LDAP=ON
ninja -C "$work/build" install
