// Package variables reads credentials from environment variables, and from a bundle: one text with many of these variables.
package variables

import (
	"regexp"
	"slices"
	"strings"

	"atlas-gitops/internal/suggest"
)

// Prefix is what the names of all variables of Atlas start with.
const Prefix = "MONGODB_ATLAS_"

// The other variables of this program. BundleVariable holds the text of a bundle.
const (
	BundleVariable = Prefix + "CREDENTIALS"
	BaseURL        = Prefix + "BASE_URL"
	OpsManagerURL  = Prefix + "OPS_MANAGER_URL"
	Service        = Prefix + "SERVICE"
)

// pair has the names of the two variables that hold a credential, without the suffix. Each variable may have several
// spellings. A spelling of the id belongs to the spelling of the secret with the same index. Messages recommend the first.
type pair struct{ ids, secrets []string }

func accountPair() pair {
	return pair{[]string{Prefix + "CLIENT_ID"}, []string{Prefix + "CLIENT_SECRET"}}
}

func keyPair() pair {
	return pair{[]string{Prefix + "PUBLIC_API_KEY", Prefix + "PUBLIC_KEY"}, []string{Prefix + "PRIVATE_API_KEY", Prefix + "PRIVATE_KEY"}}
}

// Of returns the names of the variables for the credential with an id and a name ("" for no name).
func Of(id, name string) (forID, forSecret string) {
	p := keyPair()
	if strings.HasPrefix(id, AccountID) {
		p = accountPair()
	}
	names := p.recommended(name)
	return names[0], names[1]
}

// All returns the names of all variables that may hold a part of the credential with that name ("" for no name).
func All(name string) (all []string) {
	for _, p := range []pair{accountPair(), keyPair()} {
		for _, n := range slices.Concat(p.ids, p.secrets) {
			all = append(all, n+suffix(name))
		}
	}
	return all
}

// recommended returns the names of the variables to set: for the id, then for the secret.
func (p pair) recommended(name string) []string {
	return []string{p.ids[0] + suffix(name), p.secrets[0] + suffix(name)}
}

func suffix(name string) string {
	if name == "" {
		return ""
	}
	return "_" + name
}

// credentialName matches the name of a credential, as schema/organization.json does.
var credentialName = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

// IsName reports whether a tree can name a credential so. "" is the credential without a name.
func IsName(name string) bool { return name == "" || credentialName.MatchString(name) }

// nameOf returns the name of the credential that a variable is a part of. ok is false for any other variable.
func nameOf(variable string) (name string, ok bool) {
	for _, base := range All("") {
		if variable == base {
			return "", true
		}
		if name, found := strings.CutPrefix(variable, base+"_"); found && name != "" && IsName(name) {
			return name, true
		}
	}
	return "", false
}

// holdsID reports whether the variable holds the id of a credential, which is no secret.
func holdsID(variable string) bool {
	return slices.ContainsFunc(slices.Concat(accountPair().ids, keyPair().ids), func(base string) bool {
		return variable == base || strings.HasPrefix(variable, base+"_")
	})
}

// nameProblem says why a bundle must not have a variable of this name, or returns "". The name starts with the prefix.
func nameProblem(variable string) string {
	if _, ok := nameOf(variable); ok {
		return ""
	}
	if slices.Contains([]string{BundleVariable, BaseURL, OpsManagerURL, Service}, variable) {
		return "it is not a part of a credential; set it as a variable of its own"
	}
	if near := nearest(variable); near != "" {
		return "it is not a variable of a credential; " + suggest.Question(near)
	}
	return "it is not a variable of a credential; remove it"
}

// nearest returns the variable that a misspelled name probably means, or "". The prefix does not count, because two names that
// share it would always be near.
func nearest(variable string) string {
	word := strings.ReplaceAll(strings.ReplaceAll(strings.ToUpper(variable[len(Prefix):]), "-", "_"), ".", "_")
	parts := strings.Split(word, "_")
	var names []string
	for i := 1; i <= len(parts); i++ {
		if name := strings.Join(parts[i:], "_"); IsName(name) {
			for _, whole := range All(name) {
				names = append(names, whole[len(Prefix):])
			}
		}
	}
	if near := suggest.Nearest(word, names); near != "" {
		return Prefix + near
	}
	return ""
}
