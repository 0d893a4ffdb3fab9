package git

import (
	"strings"
	"testing"
)

// TestParseTree: a damaged tree object is an error, and so is a name that git refuses to check out.
func TestParseTree(t *testing.T) {
	const hash = "01234567890123456789"
	for _, row := range []struct{ reason, data, want string }{
		{"an empty tree", "", ""},
		{"a file, and a directory", "100644 a.yaml\x00" + hash + "40000 orgs\x00" + hash, ""},
		{"a mode of old versions of git", "100664 a.yaml\x00" + hash, ""},
		{"blanks in a name", "100644 a b\x00" + hash, ""},
		{"an empty name", "100644 \x00" + hash, `git does not check out the name ""`},
		{"no mode", "a.yaml\x00" + hash, `"" has the mode "a.yaml"`},
		{"the name of the directory itself", "40000 .\x00" + hash, `git does not check out the name "."`},
		{"the name of the parent directory", "40000 ..\x00" + hash, `git does not check out the name ".."`},
		{"the name of the repository", "40000 .git\x00" + hash, `git does not check out the name ".git"`},
		{"a path", "100644 ../a\x00" + hash, `git does not check out the name "../a"`},
		{"a duplicate name", "100644 a\x00" + hash + "100644 b\x00" + hash + "40000 a\x00" + hash, `it has "a" twice`},
		{"a mode of an unknown type", "20000 a\x00" + hash, `"a" has the mode "20000"`},
		{"a mode that is not a number", "1006x4 a\x00" + hash, `"a" has the mode "1006x4"`},
		{"half a hash", "100644 a\x00" + hash[:19], "it ends in the middle of an entry"},
		{"no hash", "100644 a", "it ends in the middle of an entry"},
	} {
		all, err := parseTree([]byte(row.data), len(hash))
		if row.want == "" && err == nil && len(all) == strings.Count(row.data, hash) {
			continue
		}
		if err == nil || err.Error() != row.want {
			t.Errorf("%s: got %v, %v", row.reason, all, err)
		}
	}
}
