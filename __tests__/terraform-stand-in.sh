#!/bin/sh
# Stands in for terraform: it is called as that is, writes and reads plan files, and keeps in STAND_IN_FOLDER what it was
# asked, and which stacks are applied. STAND_IN says what happens otherwise, as in "[STACK COMMAND=fail]": fail; none, for
# a plan without changes; wait, until it is interrupted; needs OTHER, which must be applied.
folder=$STAND_IN_FOLDER
directory=${1#-chdir=}
stack=${directory##*/}
command=$2
shift 2
flags=
for arg in "$@"; do
  case $arg in -input=false | -no-color) ;; *) flags="$flags $arg" ;; esac
done
echo "$command $stack$flags" >> "$folder/log"
mkdir -p "$folder/applied"
[ -f "$directory/cdk.tf.json" ] && [ "$1" = "-input=false" ] || exit 9

fail() {
  echo "Error: $command of $stack" >&2
  exit 1
}

case "$STAND_IN" in
  *"[$stack $command=fail]"*) fail ;;
  *"[$stack $command=needs "*)
    rest=${STAND_IN#*"[$stack $command=needs "}
    [ -f "$folder/applied/${rest%%]*}" ] || fail
    ;;
  *"[$stack $command=wait]"*)
    # As terraform: the first interrupt ends it in order.
    count=0
    trap 'count=$((count + 1))' INT
    : > "$folder/waiting"
    tries=0
    while [ $count -eq 0 ] && [ $tries -lt 200 ]; do
      sleep 0.1
      tries=$((tries + 1))
    done
    sleep 0.2
    echo "interrupted $stack $count" >> "$folder/log"
    exit 1
    ;;
esac

echo "$command says something"
case $command in
  plan)
    case "$STAND_IN" in *"[$stack plan=none]"*) exit 0 ;; esac
    case $flags in *-destroy*) echo destroy ;; *) echo create ;; esac > "$directory/tfplan"
    exit 2
    ;;
  apply)
    read -r action < "$directory/tfplan" || fail
    if [ "$action" = destroy ]; then rm "$folder/applied/$stack"; else : > "$folder/applied/$stack"; fi
    echo "done $stack" >> "$folder/log"
    ;;
esac
