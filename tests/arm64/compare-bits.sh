#!/usr/bin/env bash
# Computes the digests of DeterminismTests as linux-arm64 under qemu-user, and compares them with this machine's.
#
#   tests/arm64/compare-bits.sh [longest text] [encoder ...]
#
# Needs Debian or Ubuntu with qemu-user-static (apt-get install qemu-user-static), apt and NuGet; nothing is installed. What it
# downloads and builds is kept in ~/.cache/generated-encoder-arm64, or where CACHE says.
set -euo pipefail
cd "$(dirname "$0")/../.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

longest=${1:-17}
encoders=("${@:2}")
if [ ${#encoders[@]} -eq 0 ]; then
    encoders=(OddGelu OddSiluRoberta OddGeluNewPrenorm OddReluPrenorm NiceGelu OddVectors OddVectorsPrenorm HeadsOf1 HeadsOf25 Tiny Smallest
        Mpnet AlbertTwoGroups WideEmbeddings BertPooler RobertaClassifier VectorsLabeller BertWords BertWordsUntied OddGelu.Int8 AlbertTwoGroups.BFloat16 BertWords.Int8)
fi

cache=${CACHE:-$HOME/.cache/generated-encoder-arm64}
sysroot=$cache/sysroot
command -v qemu-aarch64-static >/dev/null || { echo "qemu-aarch64-static is missing: apt-get install qemu-user-static" >&2; exit 2; }

# The libraries that .NET's own binaries load (OpenSSL for the digest's SHA-256), from the distribution's arm64 packages, by an apt of their own.
if [ ! -e "$sysroot/done" ]; then
    mkdir -p "$cache"/apt/{state/lists/partial,cache/archives/partial,packages} "$sysroot"
    touch "$cache/apt/status"
    cat >"$cache/apt/apt.conf" <<CONF
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Sandbox::User "root";
Dir::State "$cache/apt/state";
Dir::State::status "$cache/apt/status";
Dir::Cache "$cache/apt/cache";
CONF
    export APT_CONFIG=$cache/apt/apt.conf
    apt-get update -qq
    (cd "$cache/apt/packages" && apt-get download -qq libc6 libstdc++6 libgcc-s1 "$(apt-cache search --names-only '^libssl3(t64)?$' | cut -d" " -f1)")
    for package in "$cache"/apt/packages/*.deb; do
        dpkg-deb -x "$package" "$sysroot"
    done
    touch "$sysroot/done"
    unset APT_CONFIG
fi

publish() { # runtime identifier
    dotnet publish -c Release -r "$1" --self-contained --artifacts-path "$cache/build-$1" -o "$cache/app-$1" \
        -p:ValidateExecutableReferencesMatchSelfContained=false -p:InvariantGlobalization=true -v quiet tests/GeneratedEncoder.Tests
}

publish linux-x64
publish linux-arm64

different=0
for encoder in "${encoders[@]}"; do
    "$cache/app-linux-x64/GeneratedEncoder.Tests" digest "$cache/x64.txt" 1 "$longest" "$encoder"
    qemu-aarch64-static -L "$sysroot" "$cache/app-linux-arm64/GeneratedEncoder.Tests" digest "$cache/arm64.txt" 1 "$longest" "$encoder"
    # The files end without a newline, which read calls a failure.
    read -r x64_width x64 <"$cache/x64.txt" || [ -n "$x64" ]
    read -r arm64_width arm64 <"$cache/arm64.txt" || [ -n "$arm64" ]
    same=same
    [ "$x64" = "$arm64" ] || { same=DIFFERENT; different=1; }
    printf '%-22s %-9s  x64 (%s bits) %.16s  arm64 (%s bits) %.16s\n' "$encoder" "$same" "$x64_width" "$x64" "$arm64_width" "$arm64"
done
exit $different
