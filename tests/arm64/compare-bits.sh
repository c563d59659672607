#!/usr/bin/env bash
# Computes the digests of DeterminismTests as linux-arm64 under qemu-user, and compares them with this machine's: each encoder on a processor that has
# dot products of bytes (sdot, Armv8.2) and, if its weights have eight bits, also on one that hasn't.
#
#   tests/arm64/compare-bits.sh [longest text] [encoder ...]
#
# Without encoders it takes one or more of each architecture and format. Needs Debian or Ubuntu with qemu-user-static (apt-get install qemu-user-static),
# apt and NuGet; nothing is installed. What it downloads and builds is kept in ~/.cache/generated-encoder-arm64, or where CACHE says.
set -euo pipefail
cd "$(dirname "$0")/../.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

longest=${1:-17}
encoders=("${@:2}")
if [ ${#encoders[@]} -eq 0 ]; then
    encoders=(
        OddGelu OddSiluRoberta OddGeluNewPrenorm OddReluPrenorm NiceGelu OddVectors OddVectorsPrenorm HeadsOf1 HeadsOf25 Tiny Smallest
        Mpnet AlbertTwoGroups WideEmbeddings BertPooler RobertaClassifier VectorsLabeller BertWords BertWordsUntied
        Modernbert ModernbertLayerTypes NomicGegluBiases GteTypes JinaCode JinaOriginal DebertaV3 DebertaV2Conv DebertaUnshared T5Gated GemmaEmbedding PoolingPrompt
        OddGeluBFloat16 AlbertTwoGroupsBFloat16 ModernbertBFloat16 DebertaV3BFloat16 GemmaBFloat16
        NiceGeluInt8 OddGeluInt8 OddGeluNewPrenormInt8 OddVectorsInt8 HeadsOf25Int8 MpnetInt8 AlbertTwoGroupsInt8 BertWordsInt8
        ModernbertInt8 NomicInt8 GteInt8 JinaCodeInt8 DebertaV3Int8 DebertaV2ConvInt8 DebertaUnsharedInt8 T5GatedInt8 GemmaInt8
        OddGelu.Int8 AlbertTwoGroups.BFloat16 BertWords.Int8)
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

digest() { # encoder, then the application and what runs it: prints "vectors digest", or nothing where it failed
    rm -f "$cache/digest.txt"
    "${@:2}" digest "$cache/digest.txt" 1 "$longest" "$1" && cat "$cache/digest.txt" && echo
}

publish linux-x64
publish linux-arm64

failed=0
for encoder in "${encoders[@]}"; do
    processors=(max)
    [[ $encoder != *Int8 ]] || processors+=(cortex-a72)
    read -r vectors expected < <(digest "$encoder" "$cache/app-linux-x64/GeneratedEncoder.Tests") || true
    printf '%-24s x64 %-13s %.16s' "$encoder" "$vectors" "$expected"
    for processor in "${processors[@]}"; do
        read -r vectors found < <(digest "$encoder" qemu-aarch64-static -cpu "$processor" -L "$sysroot" "$cache/app-linux-arm64/GeneratedEncoder.Tests") || true
        verdict=same
        [ -n "$found" ] && [ "$found" = "$expected" ] || { verdict=DIFFERENT; failed=1; }
        printf '   arm64 %-9s %.16s %s' "$vectors" "$found" "$verdict"
    done
    echo
done
exit $failed
