#!/usr/bin/env bash
# Builds Lightcone from this checkout and installs it for Jupyter.
set -euo pipefail

# What cargo sets for programs that it runs would look like a change to some build
# scripts, and Polars would be compiled again.
for variable in $(compgen -e | grep -E '^CARGO_(MANIFEST|PKG|CRATE|BIN|PRIMARY)' || true); do
    unset "$variable"
done

usage() {
    cat <<'TEXT'
Usage: ./install.sh [--user | --sys-prefix | --prefix DIR]
       ./install.sh lab [ARGUMENTS FOR JUPYTER LAB]
       ./install.sh uninstall

Without a word before the options: checks what is needed, builds, installs the
program, its library and the course, tells Jupyter about the kernel, compiles
the notebooks' cells and runs episode 1. It may be run again at any time, from
any folder; kernels that are running go on with what they started with.

  --user        tell Jupyter for the current user (the default)
  --sys-prefix  tell Jupyter in the Python environment in use
  --prefix DIR  tell Jupyter in DIR/share/jupyter

  lab           open JupyterLab on the notebooks
  uninstall     remove what this script installed

Environment:
  LIGHTCONE_HOME    where the program goes
                    (default: $XDG_DATA_HOME/lightcone, ~/.local/share/lightcone)
  CARGO_TARGET_DIR  where the build goes
                    (default: $XDG_CACHE_HOME/lightcone/target, ~/.cache/lightcone/target)
  LIGHTCONE_VENV    where JupyterLab goes if there is none (default: .venv here)
TEXT
}

# What a first build needs: the build folder of all packages with their tests was
# measured at 3.3 GB, an installation at 0.7 GB, and an upgrade holds two of them.
BUILD_GB=5
REBUILD_GB=1
INSTALLATION_GB=2
# The largest crates of Polars take up to 2 GB each while they compile.
GB_PER_JOB=2
PYTHON_MINIMUM=3.10

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)

say() { printf '\n==> %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }
fail() {
    printf 'install.sh: %s\n' "$*" >&2
    exit 1
}

# The folders of this user, as full paths.
folders() {
    if [[ -z ${HOME:-} && (-z ${LIGHTCONE_HOME:-} || -z ${CARGO_TARGET_DIR:-}) ]]; then
        fail "HOME is not set; set it, or set LIGHTCONE_HOME and CARGO_TARGET_DIR to folders of yours."
    fi
    lightcone=$(realpath -m "${LIGHTCONE_HOME:-${XDG_DATA_HOME:-$HOME/.local/share}/lightcone}")
    CARGO_TARGET_DIR=$(realpath -m "${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/lightcone/target}")
    export CARGO_TARGET_DIR
    virtual=$(realpath -m "${LIGHTCONE_VENV:-$checkout/.venv}")
}

# Free space at a folder that need not exist yet, in whole GB.
free_gb() {
    local folder=$1
    while [[ ! -d $folder ]]; do
        folder=$(dirname "$folder")
    done
    df -Pk "$folder" | awk 'NR == 2 { printf "%d", $4 / 1048576 }'
}

polars_is_built() {
    compgen -G "$CARGO_TARGET_DIR/debug/deps/libpolars-*.rlib" >/dev/null
}

# All of what is missing, each with its mend, before anything that takes long.
check() {
    say "Checking what is needed"
    local problems=() wanted found free memory jobs
    wanted=$(sed -n 's/^channel *= *"\(.*\)"/\1/p' "$checkout/rust-toolchain.toml")

    if [[ $(uname -s) != Linux ]]; then
        problems+=("This is $(uname -s), and Lightcone runs on Linux only: use a Linux machine, container or WSL 2.")
    fi
    if ! command -v cargo >/dev/null || ! command -v rustc >/dev/null; then
        problems+=("Rust's cargo and rustc are missing: install rustup (https://rustup.rs), then run \`rustup toolchain install $wanted\`.")
    elif ! found=$(cd "$checkout" && RUSTUP_AUTO_INSTALL=0 rustc --version 2>&1); then
        problems+=("Rust $wanted is not installed: run \`rustup toolchain install $wanted\`.")
    elif [[ $found != "rustc $wanted "* ]]; then
        problems+=("Rust $wanted is needed, but rustc says \`${found%%$'\n'*}\`: run \`rustup toolchain install $wanted\`.")
    fi
    if ! command -v cc >/dev/null; then
        problems+=("A C compiler \`cc\` is missing: install one, for instance \`apt-get install gcc libc6-dev\` or \`dnf install gcc\`.")
    fi
    if ! command -v python3 >/dev/null; then
        problems+=("python3 is missing: install Python $PYTHON_MINIMUM or later, for instance \`apt-get install python3 python3-venv\`.")
    elif ! python3 -c "import sys; sys.exit(sys.version_info < (${PYTHON_MINIMUM/./, }))"; then
        problems+=("Python $PYTHON_MINIMUM or later is needed for JupyterLab, but python3 is $(python3 -c 'import platform; print(platform.python_version())'): install a later one and put it first in PATH.")
    elif ! find_lab && ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        problems+=("Python's venv module is missing: install it, for instance \`apt-get install python3-venv\`.")
    fi

    local needed=$BUILD_GB
    if polars_is_built; then
        needed=$REBUILD_GB
    fi
    free=$(free_gb "$CARGO_TARGET_DIR")
    if ((free < needed)); then
        problems+=("The build needs $needed GB, but $CARGO_TARGET_DIR has $free GB free: free some, or set CARGO_TARGET_DIR to a folder on a larger disk.")
    fi
    free=$(free_gb "$lightcone")
    if ((free < INSTALLATION_GB)); then
        problems+=("The installation needs $INSTALLATION_GB GB, but $lightcone has $free GB free: free some, or set LIGHTCONE_HOME to a folder on a larger disk.")
    fi
    if ((${#problems[@]} > 0)); then
        printf 'install.sh: %s\n' "${problems[@]}" >&2
        exit 1
    fi

    if [[ -r /proc/meminfo ]] && ! polars_is_built; then
        memory=$(awk '/^(MemAvailable|SwapFree):/ { sum += $2 } END { printf "%d", sum / 1048576 }' /proc/meminfo)
        jobs=${CARGO_BUILD_JOBS:-$(nproc)}
        if ((memory < GB_PER_JOB * jobs)); then
            jobs=$((memory / GB_PER_JOB > 1 ? memory / GB_PER_JOB : 1))
            export CARGO_BUILD_JOBS=$jobs
            note "warning: $memory GB of memory are free, so only $jobs crate(s) are compiled at a time, which takes longer."
        fi
        if ((memory < GB_PER_JOB)); then
            note "warning: the largest crates take $GB_PER_JOB GB; if the build is killed, close other programs or add swap."
        fi
    fi
    note "rustc $wanted, cc, python3, memory and disk are fine"
}

build() {
    if polars_is_built; then
        say "Building (Polars is built already)"
    else
        say "Building: the first time takes 20 to 40 minutes, nearly all of it for Polars"
    fi
    note "in $CARGO_TARGET_DIR"
    mkdir -p "$CARGO_TARGET_DIR"
    messages=$CARGO_TARGET_DIR/lightcone-build.json
    # Cargo gives the library one file name, whatever checkout it is built from, and
    # takes what a newer checkout has built for fresh.
    local owner=$CARGO_TARGET_DIR/lightcone-checkout
    if [[ ! -e $owner || $(<"$owner") != "$checkout" ]]; then
        rm -rf "$CARGO_TARGET_DIR/debug/deps/liblightcone.so" "$CARGO_TARGET_DIR"/debug/.fingerprint/lightcone-*
        printf '%s\n' "$checkout" >"$owner"
    fi
    (cd "$checkout" && cargo build --workspace --locked --message-format=json-render-diagnostics) >"$messages" ||
        fail "The build failed; the messages above say why. If the compiler was killed, it ran out of memory: run again with CARGO_BUILD_JOBS=1."
}

# The build that `current` names, if there is one.
current_build() {
    if [[ -L $lightcone/current ]]; then
        realpath -m "$lightcone/current"
    fi
}

build_digest() {
    sed -n 's/^ *"build": "\(.*\)",*$/\1/p' "$1/manifest.json" 2>/dev/null || true
}

# Each run makes a folder of its own and then switches to it.
assemble() {
    say "Installing into $lightcone"
    local before
    before=$(current_build)
    tree=$lightcone/builds/$(date -u +%Y%m%dT%H%M%SZ)-$$
    trap 'rm -rf "$tree"' EXIT
    mkdir -p "$tree"
    "$CARGO_TARGET_DIR/debug/lightcone" assemble --messages "$messages" --checkout "$checkout" --target "$tree"
    "$tree/bin/lightcone-worker" --build-tables "$checkout/datasets" "$tree/data"
    mkdir -p "$tree/notebooks"
    if [[ -d $checkout/notebooks ]]; then
        cp -R "$checkout/notebooks/." "$tree/notebooks/"
    fi
    # Compiled cells stay good while library and compiler are the same.
    if [[ -n $before && -d $before/cells && $(build_digest "$before") == "$(build_digest "$tree")" ]]; then
        cp -al "$before/cells" "$tree/cells" 2>/dev/null || cp -R "$before/cells" "$tree/cells"
    fi
    ln -s "builds/${tree##*/}" "$lightcone/current.$$"
    mv -fT "$lightcone/current.$$" "$lightcone/current"
    trap - EXIT
    remove_old_builds
    note "program, library, tables and course: $(du -sh "$tree" | cut -f1)"
    note "  library $(du -sh "$tree/lib" | cut -f1), metadata of its crates $(du -sh "$tree/deps" | cut -f1)"
}

in_use() {
    local program
    for program in /proc/[0-9]*/exe; do
        program=$(readlink "$program" 2>/dev/null) || continue
        if [[ $program == "$1"/* ]]; then
            return 0
        fi
    done
    return 1
}

# A kernel that is running keeps its build until the next installation.
remove_old_builds() {
    local build
    for build in "$lightcone"/builds/*; do
        if [[ $build == "$tree" || ! -d $build ]]; then
            continue
        elif in_use "$build"; then
            note "kept ${build##*/}: a kernel is running from it"
        else
            rm -rf "$build"
        fi
    done
}

# Jupyter's folders that know the kernel are listed in a file, since each has to
# learn about a new build, and `uninstall` has to find them.
register() {
    say "Telling Jupyter"
    local places=$lightcone/jupyter-folders said folder
    said=$("$tree/bin/lightcone" install "$@")
    {
        # shellcheck disable=SC2016  # the quotes are part of the text
        sed -n 's/^installed kernel `lightcone` in \(.*\)\/kernels\/lightcone$/\1/p' <<<"$said"
        if uses_virtual_environment; then
            printf '%s\n' "$virtual/share/jupyter"
        fi
        if [[ -e $places ]]; then
            cat "$places"
        fi
    } | awk '!seen[$0]++' >"$places.new"
    mv -f "$places.new" "$places"
    while IFS= read -r folder; do
        # The environment of an earlier run may be gone.
        if [[ -d $folder ]]; then
            JUPYTER_DATA_DIR=$folder "$tree/bin/lightcone" install --user | sed 's/^/    /'
        fi
    done <"$places"
}

uses_virtual_environment() {
    [[ -x $virtual/bin/python ]] && "$virtual/bin/python" -c 'import jupyterlab' 2>/dev/null
}

# Sets `lab` to the command of a JupyterLab that works.
find_lab() {
    if uses_virtual_environment; then
        lab=("$virtual/bin/python" -m jupyterlab)
    elif command -v jupyter-lab >/dev/null && jupyter-lab --version >/dev/null 2>&1; then
        lab=(jupyter-lab)
    else
        return 1
    fi
}

jupyterlab() {
    say "Looking for JupyterLab"
    local requirements=$checkout/tests/requirements-lab.txt stamp=$virtual/lightcone-requirements.txt
    if ! uses_virtual_environment && find_lab; then
        note "JupyterLab $(jupyter-lab --version) is installed: $(command -v jupyter-lab)"
        if ! labextensions | grep -q '@jupyter-widgets/jupyterlab-manager'; then
            note "warning: it has no jupyterlab_widgets, so sliders stay text: install it beside JupyterLab with \`pip install jupyterlab_widgets\`"
        fi
    elif ! cmp -s "$requirements" "$stamp"; then
        note "into $virtual, about 300 MB"
        python3 -m venv "$virtual"
        "$virtual/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements"
        cp "$requirements" "$stamp"
    else
        note "$virtual is up to date"
    fi
    find_lab || fail "JupyterLab does not start in $virtual: remove that folder and run ./install.sh again."
}

labextensions() { jupyter-labextension list 2>&1 || true; }

notebooks() {
    local all=("$checkout"/notebooks/*.ipynb) first=("$checkout"/notebooks/ep01_*.ipynb)
    say "Compiling the notebooks' cells ahead of time"
    if [[ -e ${all[0]} ]]; then
        "$tree/bin/lightcone" warm "${all[@]}" | sed 's/^/    /'
    else
        note "there are no notebooks in $checkout/notebooks"
    fi
    say "Running episode 1"
    if [[ -e ${first[0]} ]]; then
        "$tree/bin/lightcone" check "${first[0]}" | sed 's/^/    /' ||
            fail "Episode 1 does not run; \`$lightcone/current/bin/lightcone doctor\` says what is wrong."
    else
        note "it is not in $checkout/notebooks, so a cell of its own is run"
        "$tree/bin/lightcone" doctor | sed 's/^/    /'
    fi
}

install() {
    local place=("$@")
    check
    jupyterlab
    build
    assemble
    register "${place[@]}"
    notebooks
    say "Lightcone is installed"
    note "open the course:  $(printf '%q' "$checkout/install.sh") lab"
    local jupyter=jupyter
    if uses_virtual_environment; then
        jupyter=$virtual/bin/jupyter
    fi
    note "check it:         $(printf '%q' "$lightcone/current/bin/lightcone") doctor --jupyter $(printf '%q' "$jupyter")"
}

open_lab() {
    if [[ ! -e $lightcone/current/manifest.json ]]; then
        fail "Lightcone is not installed in $lightcone: run ./install.sh first."
    fi
    find_lab || fail "There is no JupyterLab: run ./install.sh, which sets one up."
    # The kernel is found wherever it was registered.
    local folder path=${JUPYTER_PATH:-}
    while IFS= read -r folder; do
        path=$path${path:+:}$folder
    done <"$lightcone/jupyter-folders"
    export JUPYTER_PATH=$path
    cd "$checkout/notebooks"
    local options=() first=(ep01_*.ipynb)
    if ((EUID == 0)); then
        options+=(--allow-root)
    fi
    if (($# == 0)) && [[ -e ${first[0]} ]]; then
        options+=("${first[0]}")
    fi
    exec "${lab[@]}" "${options[@]}" "$@"
}

uninstall() {
    local folder name places=$lightcone/jupyter-folders
    if [[ -e $places ]]; then
        while IFS= read -r folder; do
            for name in lightcone lightcone-evcxr; do
                # Another installation may have taken the name since.
                if grep -qsF "$lightcone/" "$folder/kernels/$name/kernel.json"; then
                    rm -rf "$folder/kernels/$name"
                    echo "removed kernel $name from $folder"
                fi
            done
        done <"$places"
        rm -f "$places"
    fi
    if [[ -d $lightcone ]]; then
        # Only what this script put there.
        rm -rf "$lightcone/builds" "$lightcone/current"
        rmdir "$lightcone" 2>/dev/null || echo "left $lightcone, which has other files"
        echo "removed the program, its library and tables from $lightcone"
    else
        echo "there is nothing in $lightcone"
    fi
    for folder in "$CARGO_TARGET_DIR" "$virtual"; do
        if [[ -d $folder ]]; then
            echo "left $folder ($(du -sh "$folder" | cut -f1)); remove it by hand if you want the space"
        fi
    done
}

main() {
    local place=()
    case ${1:-} in
        lab)
            shift
            folders
            open_lab "$@"
            ;;
        uninstall)
            (($# == 1)) || fail "uninstall takes no options; see ./install.sh --help."
            folders
            uninstall
            return
            ;;
    esac
    while (($# > 0)); do
        case $1 in
            --user | --sys-prefix)
                ((${#place[@]} == 0)) || fail "Give only one of --user, --sys-prefix and --prefix DIR."
                place=("$1")
                ;;
            --prefix | --prefix=*)
                ((${#place[@]} == 0)) || fail "Give only one of --user, --sys-prefix and --prefix DIR."
                if [[ $1 == --prefix ]]; then
                    shift
                    set -- "--prefix=${1:-}" "${@:2}"
                fi
                [[ -n ${1#--prefix=} ]] || fail "--prefix needs a folder, for instance --prefix ~/jupyter."
                place=(--prefix "$(realpath -m "${1#--prefix=}")")
                ;;
            -h | --help)
                usage
                return
                ;;
            *) fail "\`$1\` is not an option; see ./install.sh --help." ;;
        esac
        shift
    done
    folders
    install "${place[@]}"
}

main "$@"
