#!/bin/sh
# The command `tad` of the image: gives up root for PUID:PGID and becomes the program.
#
# `docker exec` and the health check come through it too, so that nothing owned by root gets into
# the volumes. Started with another `user:`, there is nothing to give up.
set -eu

if [ "$(id -u)" -ne 0 ]; then
    exec python -P -m bot "$@"
fi

uid=${PUID:-1000}
gid=${PGID:-1000}
case "$uid:$gid" in
    *[!0-9:]* | :* | *: | *:*:*)
        echo "PUID and PGID must be numbers, not '$uid' and '$gid'." >&2
        exit 2
        ;;
esac

# Only what is ours changes hands: the data, the library's own folder, never the music in it.
give() {
    [ -e "$1" ] || return 0
    find "$@" \( ! -uid "$uid" -o ! -gid "$gid" \) -exec chown -h "$uid:$gid" {} + ||
        echo "Could not give $1 to $uid:$gid; going on." >&2
}
give "$DATA_DIR"
give "$MUSIC_DIR" -maxdepth 0
give "$MUSIC_DIR/.tad"

exec setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs python -P -m bot "$@"
