#compdef h4h
# Completion of h4h for zsh, as `h4h completion zsh` prints it, for a folder of $fpath:
#   h4h completion zsh >~/.zfunc/_h4h

@TABLE@

# Adds the words and files of $offered and $kinds.
_h4h_reply() {
  local -a plain open
  local word
  for word in ${=offered}; do
    [[ $word == *[=:] ]] && open+=($word) || plain+=($word)
  done
  (( $#plain )) && compadd -- $plain
  (( $#open )) && compadd -S '' -- $open  # a value follows
  [[ $kinds == *file* ]] && _files
  [[ $kinds == folder ]] && _files -/
  return 0
}

# Sets $place to "first" or "rest": which argument without an option the word to complete is.
_h4h_place() {
  local i
  place=first
  for (( i = 3; i < CURRENT; i++ )); do
    if [[ $words[i] == -* ]]; then
      _h4h_offer $1 $words[i] && (( i++ ))
    else
      place=rest
    fi
  done
}

_h4h() {
  local offered= kinds= place before=$words[CURRENT-1] word=$words[CURRENT] command=$words[2]
  local -a described
  if (( CURRENT == 2 )); then
    described=("${(@f)$(_h4h_summaries)}" 'help:the commands, or the options of one')
    _describe command described
    return
  fi
  if [[ $command == help ]]; then
    (( CURRENT == 3 )) && compadd -- ${=_h4h_commands}
    return
  fi
  if [[ $word == --*=* ]] && _h4h_offer $command ${word%%=*}; then
    compset -P '*='
    _h4h_reply
  elif [[ $before == --* && $before != *=* ]] && _h4h_offer $command $before; then
    _h4h_reply
  elif [[ $word == -* ]]; then
    described=("${(@f)$(_h4h_options $command)}")
    _describe -o option described
  else
    _h4h_place $command
    offered= kinds=
    _h4h_offer $command $place && _h4h_reply
  fi
}

_h4h "$@"
