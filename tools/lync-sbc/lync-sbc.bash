# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of lync-sbc for bash: commands, their options, files, and names from the plan that is being typed about.
# To be put into /usr/share/bash-completion/completions/lync-sbc, or sourced.

# The plan among the words so far: that of --plan, else the first that is a file and no value of an option.
_lync_sbc_plan() {
	local i
	for ((i = 2; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i - 1]} in --plan) ;; --*) continue ;; esac
		[ -f "${COMP_WORDS[i]}" ] && printf '%s\n' "${COMP_WORDS[i]}" && return
	done
}

# The names of all elements of a kind in it, where it is right.
_lync_sbc_names() {
	local plan
	plan=$(_lync_sbc_plan)
	[ -n "$plan" ] && lync-sbc show --json "$plan" 2>/dev/null \
		| sed -n "/^  \"$1\": \[/,/^  \]/s/^      \"name\": \"\(.*\)\",\{0,1\}\$/\1/p"
}

_lync_sbc() {
	local current=${COMP_WORDS[COMP_CWORD]} options=
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W 'check config dialects explain import match parameters profiles show status --help' -- "$current")
		return
	fi
	case ${COMP_WORDS[COMP_CWORD - 1]} in
		--node | --trunk | --target)
			options=${COMP_WORDS[COMP_CWORD - 1]#--}
			mapfile -t COMPREPLY < <(compgen -W "$(_lync_sbc_names "$options")" -- "$current")
			return ;;
		--out)
			mapfile -t COMPREPLY < <(compgen -d -- "$current")
			return ;;
		--direction)
			mapfile -t COMPREPLY < <(compgen -W 'lync-to-pstn pstn-to-lync' -- "$current")
			return ;;
		--color)
			mapfile -t COMPREPLY < <(compgen -W 'always auto never' -- "$current")
			return ;;
		--from | --to | --self | --watch) return ;;
	esac
	case ${COMP_WORDS[1]} in
		check) options='--node --strict --help' ;;
		config) options='--node --out --help' ;;
		dialects) options='--json --markdown --help' ;;
		profiles) options='--json --markdown --help' ;;
		explain) options='--plan --trunk --target --direction --color --json --raw --help' ;;
		import) options='--topology --settings --self --plan -o --help' ;;
		match) options='--from --to --trunk --target --help' ;;
		parameters) options='--help' ;;
		show) options='--json --help' ;;
		status) options='--watch --json --socket --help' ;;
	esac
	case $current in
		-*) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current") ;;
		*) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
	esac
}
complete -o filenames -F _lync_sbc lync-sbc
