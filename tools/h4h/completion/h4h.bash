# Completion of h4h for bash, as `h4h completion bash` prints it:
#   eval "$(h4h completion bash)"

@TABLE@

# Sets COMPREPLY to what begins with $1, of the words and files of $offered and $kinds.
_h4h_reply() {
  local kind
  COMPREPLY=($(compgen -W "$offered" -- "$1"))
  for kind in $kinds; do
    compopt -o filenames 2>/dev/null
    case $kind in
      file) COMPREPLY+=($(compgen -f -- "$1")) ;;
      folder) COMPREPLY+=($(compgen -d -- "$1")) ;;
    esac
  done
  case ${COMPREPLY[0]-} in
    *= | *:) compopt -o nospace 2>/dev/null ;;  # a value follows
  esac
}

# Sets $place to "first" or "rest": which argument without an option the word to complete is.
_h4h_place() {
  local i
  place=first
  for ((i = 2; i < COMP_CWORD; i++)); do
    if [[ ${COMP_WORDS[i]} == -* ]]; then
      _h4h_offer "$1" "${COMP_WORDS[i]}" && i=$((i + 1))
    else
      place=rest
    fi
  done
}

_h4h() {
  local IFS=$' \t\n' offered= kinds= place
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    offered="$_h4h_commands help --help --version"
    _h4h_reply "$word"
    return
  fi
  if [[ $command == help ]]; then
    offered=$_h4h_commands
    ((COMP_CWORD == 2)) && _h4h_reply "$word"
    return
  fi
  # bash splits words at =.
  if [[ $word == "=" ]]; then
    word=
  elif [[ $before == "=" ]]; then
    before=${COMP_WORDS[COMP_CWORD-2]}
    [[ $before == -* ]] || return
  fi
  if [[ $before == --* ]] && _h4h_offer "$command" "$before"; then
    _h4h_reply "$word"
  elif [[ $word == -* ]]; then
    kinds=
    offered=$(_h4h_options "$command")
    _h4h_reply "$word"
  else
    _h4h_place "$command"
    offered= kinds=
    _h4h_offer "$command" "$place" && _h4h_reply "$word"
  fi
}

complete -F _h4h h4h
