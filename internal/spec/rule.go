package spec

import "atlas-gitops/internal/yamldata"

// Severity says whether a finding makes the tree invalid.
type Severity string

const (
	Error   Severity = "error"
	Warning Severity = "warning" // the tree can be used as it is
	Notice  Severity = "notice"  // the tree is correct
)

// Rule is one type of finding. Its ID never changes and is never reused.
type Rule struct {
	ID       string
	Name     string
	Severity Severity
	Finds    string // one line for people; may use Markdown code
}

var (
	unreadable = &Rule{"AG001", "unreadable", Error,
		"a PATH, file or directory that does not exist or cannot be read, and special files such as pipes"}
	leavingLink = &Rule{"AG002", "leaving-link", Error,
		"a symbolic link that is absolute, leads out of the repository, to a hidden file, or to a file that is not YAML"}
	noOrganization = &Rule{"AG003", "no-organization", Error,
		"a PATH, file or document without an organization"}
	notText = &Rule{"AG004", "not-text", Error,
		"bytes that are not UTF-8, and control characters such as NUL"}
	syntax = &Rule{"AG005", "syntax", Error,
		"invalid YAML syntax"}
	feature = &Rule{"AG006", "yaml-feature", Error,
		"unsupported YAML features: tags, keys that are not text, `<<` with a value that is not an object; also an alias without its anchor"}
	oddNumber = &Rule{"AG007", "odd-number", Error,
		"numbers that programs read in different ways, such as `0o14`, `1_000` and `1e3`"}
	tooLarge = &Rule{"AG008", "too-large", Error,
		"a file over 1 MiB, more than 64 levels of nesting, an object with more than 1000 keys, aliases that expand to more than 4 MiB, a tree with more than 20,000 files or one that needs more than 1200 MiB of memory"}
	duplicateKey = &Rule{"AG009", "duplicate-key", Error,
		"a key that is written twice in one object"}
	duplicateItem = &Rule{"AG010", "duplicate-item", Error,
		"an item or a person that is listed twice; in usernames, upper and lower case are the same, and so are the Unicode forms of a letter"}
	unknownKey = &Rule{"AG011", "unknown-key", Error,
		"an unknown key, or a key in the wrong place"}
	missingKey = &Rule{"AG012", "missing-key", Error,
		"a required key that is missing, such as `name`"}
	wrongType = &Rule{"AG013", "wrong-type", Error,
		"a value of the wrong type, such as text instead of a number, or one value instead of a list; `no` and `on` are text"}
	unknownValue = &Rule{"AG014", "unknown-value", Error,
		"a value that is not allowed, such as `state: gone`"}
	malformed = &Rule{"AG015", "malformed", Error,
		"text in the wrong format: e-mail addresses, ids, names of organizations"}
	outOfRange = &Rule{"AG016", "out-of-range", Error,
		"a number that is too low or too high for Atlas, such as a timeout"}
	emptyValue = &Rule{"AG017", "empty-value", Error,
		"an empty text or list where a value is required, and `\"\"` where only `null` clears the value"}
	duplicateOrganization = &Rule{"AG018", "duplicate-organization", Error,
		"two organizations with the same id, or with the same name and credential"}
	twoSections = &Rule{"AG019", "two-sections", Error,
		"a person who is listed in both `invitations` and `members`"}
	idleTimeout = &Rule{"AG020", "idle-timeout", Error,
		"an idle session timeout that is greater than the absolute session timeout"}
	noOwner = &Rule{"AG021", "no-owner", Error,
		"`members` without a person with the role `ORG_OWNER`, unless `manage` makes `members` `additive`"}
	absent = &Rule{"AG022", "absent", Error,
		"`state: absent` without `id`, or together with settings, people or other things to manage"}
	twoCredentials = &Rule{"AG023", "two-credentials", Error,
		"`create` with both a service account and an API key"}
	createdAlready = &Rule{"AG024", "created-already", Notice,
		"`create` together with `id`: the organization already exists, so you can remove `create`"}
	misusedSpecial = &Rule{"AG025", "misused-special-file", Error,
		"a `_defaults.yaml` with keys that cannot be shared; a `_defaults.yaml` or `_accepted.yaml` with several documents or of the wrong type; a linked `_accepted.yaml`; any other file whose name starts with `_`, such as `_defaults.yml`"}
	unusedDefaults = &Rule{"AG026", "unused-defaults", Warning,
		"a `_defaults.yaml` that is empty, or that has no effect on any organization"}
	unknownRole = &Rule{"AG027", "unknown-role", Warning,
		"an `ORG_` or `GROUP_` role that this version does not know; Atlas can have newer roles"}
	endingSection = &Rule{"AG028", "ending-section", Notice,
		"`invitations`, from 2027 on: Atlas ends the API that it uses on 2027-07-01; use `members` instead"}
	sharedCredential = &Rule{"AG029", "shared-credential", Error,
		"a new organization that shares its credential with another organization"}
	noWayIn = &Rule{"AG030", "no-way-in", Error,
		"a new organization to which no one would have access: `create` has neither `ownerId` nor a credential with the role `ORG_OWNER`"}
	lookalike = &Rule{"AG031", "lookalike", Warning,
		"invisible characters anywhere in a file, such as U+202E, which reorders text; letters of two alphabets in one word of a name; letters beyond ASCII in an e-mail address"}
	notAnAddress = &Rule{"AG032", "not-an-address", Warning,
		"a username that is not an e-mail address: Atlas cannot invite this person"}
	unusedAcceptance = &Rule{"AG033", "unused-acceptance", Warning,
		"an entry of an `_accepted.yaml` that names no organization in its directory or below"}
)

// ruleOf returns the rule for a type of problem.
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
		duplicateOrganization, twoSections, idleTimeout, noOwner, absent, twoCredentials, createdAlready, misusedSpecial,
		unusedDefaults, unknownRole, endingSection, sharedCredential, noWayIn, lookalike, notAnAddress, unusedAcceptance}
}
