package yamldata

// Problem is one mistake in a file.
type Problem struct {
	Kind    ProblemKind
	Place   Place
	Message string
	Other   *Place // the second place, if two places contradict each other
	Unused  bool   // it is in a value that nothing reads: that of a key with the prefix Pieces, without an alias elsewhere
}

// ProblemKind is the type of a problem.
type ProblemKind int

const (
	NotText       ProblemKind = iota // bytes that are not UTF-8, and control characters
	Syntax                           // text that is not YAML
	Unsupported                      // YAML features that are not supported
	OddNumber                        // a number that programs read in different ways
	TooLarge                         // more than a limit allows
	DuplicateKey                     // a key that is written twice in one object
	DuplicateItem                    // a text that is listed twice in one list
)
