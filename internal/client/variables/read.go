package variables

import (
	"maps"
	"slices"
	"strings"
)

// Source is where the variables of credentials come from. A variable of the environment wins over the same variable of the bundle.
// Package fmt shows no secret of a Source.
type Source struct {
	Getenv  func(string) string
	Environ func() []string // the environment as VARIABLE=value; only [Source.Names] needs it
	Bundle  *Bundle         // nil if there is none
}

// Credential is a pair of API keys, or a service account.
type Credential struct {
	ID, Secret string
	Variables  string // the variables that hold them, and where they are, for messages
}

// Error says why the variables do not hold one valid credential, and what to change.
type Error struct {
	Problem   string
	IsMissing bool // no variable is set
}

func (e *Error) Error() string { return e.Problem }

// Names returns the names of all credentials of which at least one variable is set. They are sorted; "" is the first one.
func (s Source) Names() []string {
	names := map[string]bool{}
	add := func(variable, value string) {
		if name, ok := nameOf(variable); ok && strings.TrimSpace(value) != "" {
			names[name] = true
		}
	}
	for _, line := range s.Environ() {
		variable, value, _ := strings.Cut(line, "=")
		add(variable, value)
	}
	if s.Bundle != nil {
		for variable, value := range s.Bundle.content().values {
			add(variable, value)
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// Read returns the credential with a name ("" for no name). An error is an [Error].
func (s Source) Read(name string) (Credential, error) {
	account, key := s.pairs(name)
	values, problem := account, ""
	switch {
	case !account.isSet() && !key.isSet():
		return Credential{}, s.missing(name)
	case account.isSet() && key.isSet():
		problem = ambiguous(name, account, key)
	case account.isSet():
		problem = account.accountProblem()
	default:
		values, problem = key, key.keyProblem(name)
	}
	if problem != "" {
		return Credential{}, &Error{Problem: problem}
	}
	return Credential{values.id.value, values.secret.value, label(values.id.counting(), values.secret.counting())}, nil
}

// pairs returns the values of both kinds of credential. If the environment has one kind, the other kind of the bundle does not count:
// nobody could set a service account beside a bundle with an API key otherwise.
func (s Source) pairs(name string) (account, key pairValues) {
	account, key = accountPair().read(s.Getenv, "", name), keyPair().read(s.Getenv, "", name)
	if s.Bundle == nil {
		return account, key
	}
	takesAccount, takesKey := !key.isSet(), !account.isSet()
	if takesAccount {
		account = account.or(accountPair().read(s.Bundle.value, s.Bundle.source, name))
	}
	if takesKey {
		key = key.or(keyPair().read(s.Bundle.value, s.Bundle.source, name))
	}
	return account, key
}

// value returns the value of a variable, or "".
func (b *Bundle) value(variable string) string { return b.content().values[variable] }

// variable is the content of one of the two variables of a credential.
type variable struct {
	value string
	set   []string // the spellings that are set; the first one counts
	where string   // the source of the bundle that has it; "" for the environment
	other string   // the spelling of the other variable that belongs to the first one
	clash bool     // two spellings hold different values
}

// counting returns the variable with only the spelling that counts.
func (v variable) counting() variable {
	v.set = v.set[:1]
	return v
}

// name returns the spelling that counts, and where it is.
func (v variable) name() string { return label(v.counting()) }

// undo says what to do with a variable that must not be there.
func (v variable) undo() string {
	if v.where == "" {
		return "unset"
	}
	return "remove"
}

// label names variables in a message, and the bundle that has them.
func label(all ...variable) string {
	var texts, names []string
	for i, v := range all {
		if names = append(names, v.set...); len(names) > 0 && (i+1 == len(all) || v.where != all[i+1].where) {
			text := and(names)
			if v.where != "" {
				text += " in " + v.where
			}
			texts, names = append(texts, text), nil
		}
	}
	return and(texts)
}

func and(names []string) string { return strings.Join(names, " and ") }

// read returns the content of a variable, without the blanks and line breaks that pasted text may have around it.
func read(get func(string) string, where string, spellings, others []string, name string) variable {
	v := variable{where: where}
	for i, spelling := range spellings {
		one := strings.TrimSpace(get(spelling + suffix(name)))
		if one == "" {
			continue
		}
		v.set = append(v.set, spelling+suffix(name))
		v.clash = v.clash || v.value != "" && v.value != one
		if v.value == "" {
			v.value, v.other = one, others[i]+suffix(name)
		}
	}
	return v
}

// pairValues is the content of both variables of a credential.
type pairValues struct{ id, secret variable }

func (p pair) read(get func(string) string, where, name string) pairValues {
	return pairValues{read(get, where, p.ids, p.secrets, name), read(get, where, p.secrets, p.ids, name)}
}

// or returns the values with those of others for variables that are not set.
func (v pairValues) or(others pairValues) pairValues {
	if v.id.value == "" {
		v.id = others.id
	}
	if v.secret.value == "" {
		v.secret = others.secret
	}
	return v
}

// isSet reports whether at least one of the two variables is set.
func (v pairValues) isSet() bool { return v.id.value != "" || v.secret.value != "" }

// names names all variables that are set.
func (v pairValues) names() string { return label(v.id, v.secret) }
