package yamldata

// Problem is one reason why a file is not plain data.
type Problem struct {
	Kind    ProblemKind
	Place   Place
	Message string
	Other   *Place // the other of two places that contradict each other
}

// ProblemKind is the sort of a problem.
type ProblemKind int

const (
	NotText       ProblemKind = iota // bytes that are not UTF-8, and control characters
	Syntax                           // text that is not YAML
	Unsupported                      // YAML that is not plain data
	OddNumber                        // a number that YAML readers disagree about
	TooLarge                         // more than a limit allows
	DuplicateKey                     // a key that is written twice in one object
	DuplicateItem                    // a text that is listed twice in one list
)
