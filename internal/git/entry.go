package git

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
)

// entry is a name in a directory of the tree.
type entry struct {
	name string
	mode fs.FileMode
	id   string // hash of the blob or tree; "" for an empty directory without a tree
}

func (e entry) Name() string      { return e.name }
func (e entry) IsDir() bool       { return e.mode.IsDir() }
func (e entry) Mode() fs.FileMode { return e.mode }
func (e entry) Type() fs.FileMode { return e.mode.Type() }

// info is an entry with its size.
type info struct {
	entry
	size int64
}

func (i info) Size() int64      { return i.size }
func (info) ModTime() time.Time { return time.Time{} } // git does not store times
func (info) Sys() any           { return nil }

// listed is an entry of a directory listing. It reads the blob only when its size is asked for.
type listed struct {
	entry
	tree *Tree
}

func (l listed) Info() (fs.FileInfo, error) { return l.tree.info(l.entry) }
func (l listed) String() string             { return fs.FormatDirEntry(l) }

func byName(e entry, name string) int { return strings.Compare(e.name, name) }

// parseTree reads a tree object. Each entry is MODE SPACE NAME NUL HASH; hash is the number of bytes of a hash. The
// result is sorted by name. (Git sorts a directory as if its name ended with a slash.) A name that git refuses to check
// out is an error.
func parseTree(data []byte, hash int) (all []entry, err error) {
	for len(data) > 0 {
		head, rest, ok := bytes.Cut(data, []byte{0})
		mode, name, _ := strings.Cut(string(head), " ")
		if !ok || len(rest) < hash {
			return nil, errors.New("it ends in the middle of an entry")
		}
		e := entry{name: name, id: hex.EncodeToString(rest[:hash])}
		if err := e.setMode(mode); err != nil {
			return nil, err
		}
		if slices.Contains([]string{"", ".", "..", dotGit}, name) || strings.Contains(name, "/") {
			return nil, fmt.Errorf("git does not check out the name %q", name)
		}
		all, data = append(all, e), rest[hash:]
	}
	slices.SortFunc(all, func(a, b entry) int { return byName(a, b.name) })
	for i := range all[:max(0, len(all)-1)] {
		if all[i].name == all[i+1].name {
			return nil, fmt.Errorf("it has %q twice", all[i].name)
		}
	}
	return all, nil
}

// setMode sets the mode from git's octal mode. That says what type of entry it is, and whether a file is executable.
func (e *entry) setMode(text string) error {
	const sort, executable = 0o170000, 0o100
	bits, err := strconv.ParseUint(text, 8, 32)
	switch {
	case err != nil:
		return fmt.Errorf("%q has the mode %q", e.name, text)
	case bits&sort == 0o040000:
		e.mode = fs.ModeDir | 0o555
	case bits&sort == 0o160000:
		e.mode, e.id = fs.ModeDir|0o555, "" // a submodule: the hash names a commit of another repository
	case bits&sort == 0o120000:
		e.mode = fs.ModeSymlink | 0o777
	case bits&sort == 0o100000 && bits&executable != 0:
		e.mode = 0o555
	case bits&sort == 0o100000:
		e.mode = 0o444
	default:
		return fmt.Errorf("%q has the mode %q", e.name, text)
	}
	return nil
}
