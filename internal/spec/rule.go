package spec

import "atlas-gitops/internal/yamldata"

// Severity says whether a tree with such a finding is refused.
type Severity string

const (
	Error   Severity = "error"
	Warning Severity = "warning" // the tree may be used as it is
	Notice  Severity = "notice"  // nothing is wrong with the tree
)

// Rule is one sort of finding. Its ID never changes and is never given to another rule.
type Rule struct {
	ID       string
	Name     string
	Severity Severity
	Finds    string // in one line, for people
}

var (
	unreadable = &Rule{"AG001", "unreadable", Error,
		"a PATH, file or directory that does not exist, cannot be read, or is neither a file nor a directory"}
	leavingLink = &Rule{"AG002", "leaving-link", Error,
		"a symbolic link to anything but a YAML file of the same repository: outside of it, hidden, or of another kind"}
	noOrganization = &Rule{"AG003", "no-organization", Error,
		"a PATH, file or document that holds no organization"}
	notText = &Rule{"AG004", "not-text", Error,
		"bytes that are not UTF-8, and control characters such as NUL"}
	syntax = &Rule{"AG005", "syntax", Error,
		"text that is not YAML"}
	feature = &Rule{"AG006", "yaml-feature", Error,
		"YAML that is not plain data: tags, keys that are not text, `<<` with something that is not an object, an alias without its anchor"}
	oddNumber = &Rule{"AG007", "odd-number", Error,
		"numbers that YAML readers disagree about, such as `0o14`, `1_000` and `1e3`"}
	tooLarge = &Rule{"AG008", "too-large", Error,
		"files over 1 MiB, values nested over 64 levels, objects with over 1000 keys, aliases that expand beyond 4 MiB, trees of over 20,000 files, or that take over 1200 MiB of memory"}
	duplicateKey = &Rule{"AG009", "duplicate-key", Error,
		"a key that is written twice in one object"}
	duplicateItem = &Rule{"AG010", "duplicate-item", Error,
		"an item that is listed twice, and a person who is listed twice (e-mail addresses compare without case)"}
	unknownKey = &Rule{"AG011", "unknown-key", Error,
		"a key that means nothing where it stands"}
	missingKey = &Rule{"AG012", "missing-key", Error,
		"a key that has to be there, such as `name`"}
	wrongType = &Rule{"AG013", "wrong-type", Error,
		"text where a number belongs, one value where a list belongs, and so on; `no` and `on` are text"}
	unknownValue = &Rule{"AG014", "unknown-value", Error,
		"a value that is not one of those allowed, such as `state: gone`"}
	malformed = &Rule{"AG015", "malformed", Error,
		"text of the wrong form: e-mail addresses, ids, names of organizations"}
	outOfRange = &Rule{"AG016", "out-of-range", Error,
		"numbers, such as timeouts and hours, that Atlas does not take"}
	emptyValue = &Rule{"AG017", "empty-value", Error,
		"an empty text or list where something has to be, and `\"\"` where only `null` clears"}
	duplicateOrganization = &Rule{"AG018", "duplicate-organization", Error,
		"two organizations with the same id, or with the same name and credential"}
	twoSections = &Rule{"AG019", "two-sections", Error,
		"a person who is listed in both `invitations` and `members`"}
	idleTimeout = &Rule{"AG020", "idle-timeout", Error,
		"an idle session timeout above the absolute one"}
	noOwner = &Rule{"AG021", "no-owner", Error,
		"`members` without anyone who has the role `ORG_OWNER`, unless they are `additive`"}
	absent = &Rule{"AG022", "absent", Error,
		"`state: absent` without `id`, or with anything to manage"}
	twoCredentials = &Rule{"AG023", "two-credentials", Error,
		"`create` with both a service account and an API key"}
	createdAlready = &Rule{"AG024", "created-already", Notice,
		"`create` together with `id`: the organization exists, and `create` can be removed"}
	misusedDefaults = &Rule{"AG025", "misused-defaults", Error,
		"a `_defaults.yaml` with several documents or with keys that cannot be shared, and a file of another name that starts with `_`, such as `_defaults.yml`, which is not read"}
	unusedDefaults = &Rule{"AG026", "unused-defaults", Warning,
		"a `_defaults.yaml` that is empty, or that no organization takes anything from"}
	unknownRole = &Rule{"AG027", "unknown-role", Warning,
		"an `ORG_` or `GROUP_` role that this version does not know; Atlas may"}
	endingSection = &Rule{"AG028", "ending-section", Notice,
		"`invitations`, from 2027 on: Atlas ends what they use on 2027-07-01; `members` does more"}
	sharedCredential = &Rule{"AG029", "shared-credential", Error,
		"an organization that is to be created under the credential of another one: each has its own"}
	noWayIn = &Rule{"AG030", "no-way-in", Error,
		"an organization that is to be created without anybody who could get in: neither `ownerId` nor a credential with the role `ORG_OWNER`"}
	lookalike = &Rule{"AG031", "lookalike", Warning,
		"characters that nobody sees, such as U+202E, which reorders text, anywhere in a file; letters of two alphabets in one word of a name; letters beyond ASCII in an e-mail address"}
	notAnAddress = &Rule{"AG032", "not-an-address", Warning,
		"a username that is no e-mail address: only a person who is already in the organization can be listed so"}
)

// ruleOf returns the rule that a file breaks with a problem.
func ruleOf(kind yamldata.ProblemKind) *Rule {
	return map[yamldata.ProblemKind]*Rule{
		yamldata.NotText: notText, yamldata.Syntax: syntax, yamldata.Unsupported: feature, yamldata.OddNumber: oddNumber,
		yamldata.TooLarge: tooLarge, yamldata.DuplicateKey: duplicateKey, yamldata.DuplicateItem: duplicateItem,
	}[kind]
}

// Rules returns all rules in the order of their ids.
func Rules() []*Rule {
	return []*Rule{unreadable, leavingLink, noOrganization, notText, syntax, feature, oddNumber, tooLarge, duplicateKey,
		duplicateItem, unknownKey, missingKey, wrongType, unknownValue, malformed, outOfRange, emptyValue,
		duplicateOrganization, twoSections, idleTimeout, noOwner, absent, twoCredentials, createdAlready, misusedDefaults,
		unusedDefaults, unknownRole, endingSection, sharedCredential, noWayIn, lookalike, notAnAddress}
}
