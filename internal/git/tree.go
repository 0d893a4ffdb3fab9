package git

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// How many bytes of one object are kept in memory.
const (
	maxFile = 2 << 20  // enough for the loader, which refuses files over 1 MiB
	maxTree = 16 << 20 // enough for 200,000 files in one directory
	maxLink = 4 << 10  // PATH_MAX on Linux: a checkout cannot make longer links
	maxHead = 128      // the first line of a commit, which names its tree
)

// dotGit names an empty directory at the root of each tree. No commit contains it. The loader searches for it to find
// the root of the repository, where the search for defaults stops.
const dotGit = ".git"

// Tree is the file system of one commit. Links work as in a checkout, except that none leads out of the tree. Submodules are
// empty directories. Several goroutines may use it at once.
type Tree struct {
	objects *objects
	root    entry

	mu   sync.Mutex
	dirs map[string][]entry // directories read so far, by hash
}

var _ interface {
	fs.StatFS
	fs.ReadDirFS
	fs.ReadLinkFS
	io.Closer
} = (*Tree)(nil)

// Open returns the tree of a commit. The commit is a full hash. The caller must close the tree. Reads work until the
// context ends.
func Open(ctx context.Context, repository, commit string) (*Tree, error) {
	if !isHash(commit) {
		return nil, fmt.Errorf("%q is not the full hash of a commit", commit)
	}
	o, err := start(ctx, repository)
	if err != nil {
		return nil, err
	}
	t := &Tree{objects: o, dirs: map[string][]entry{}}
	if err := t.readRoot(commit); err != nil {
		_ = t.Close()
		return nil, err
	}
	return t, nil
}

// isHash tells whether a text is a full hash, SHA-1 or SHA-256.
func isHash(text string) bool {
	return (len(text) == 40 || len(text) == 64) && strings.Trim(text, "0123456789abcdef") == ""
}

func (t *Tree) readRoot(commit string) error {
	head, err := t.objects.read("commit", commit, maxHead)
	if err != nil {
		return err
	}
	line, _, _ := strings.Cut(string(head.data), "\n")
	id, ok := strings.CutPrefix(line, "tree ")
	if !ok || !isHash(id) {
		return fmt.Errorf("the commit %s has no tree", commit)
	}
	t.root = entry{".", fs.ModeDir | 0o555, id}
	all, err := t.entries(t.root)
	if err == nil {
		at, _ := slices.BinarySearchFunc(all, dotGit, byName)
		t.dirs[id] = slices.Insert(all, at, entry{dotGit, fs.ModeDir | 0o555, ""})
	}
	return err
}

// Close ends git, and returns the first error that git caused. Some callers ignore the error of a read, for example to
// ask whether a file exists. Here they learn that they did not see the whole tree.
func (t *Tree) Close() error { return t.objects.close() }

// Open opens a file or a directory. Reading a file beyond maxFile is an error, so that the caller does not take a part
// for the whole file.
func (t *Tree) Open(name string) (fs.File, error) {
	e, err := t.find(name, true)
	if err != nil {
		return nil, pathError("open", name, err)
	}
	f, err := t.open(e)
	if err != nil {
		return nil, pathError("open", name, err)
	}
	return f, nil
}

func (t *Tree) open(e entry) (fs.File, error) {
	if e.IsDir() {
		all, err := t.list(e)
		return &directory{info{e, 0}, all}, err
	}
	blob, err := t.objects.read("blob", e.id, maxFile)
	return newFile(e, blob), err
}

// ReadDir lists a directory.
func (t *Tree) ReadDir(name string) (all []fs.DirEntry, err error) {
	e, err := t.find(name, true)
	switch {
	case err != nil:
	case !e.IsDir():
		err = errors.New("is not a directory")
	default:
		all, err = t.list(e)
	}
	return all, pathError("readdir", name, err)
}

// Stat follows links.
func (t *Tree) Stat(name string) (i fs.FileInfo, err error) {
	e, err := t.find(name, true)
	if err == nil {
		i, err = t.info(e)
	}
	return i, pathError("stat", name, err)
}

// Lstat does not follow the last link.
func (t *Tree) Lstat(name string) (i fs.FileInfo, err error) {
	e, err := t.find(name, false)
	if err == nil {
		i, err = t.info(e)
	}
	return i, pathError("lstat", name, err)
}

// ReadLink returns the target of a link, as it is written.
func (t *Tree) ReadLink(name string) (target string, err error) {
	e, err := t.find(name, false)
	switch {
	case err != nil:
	case e.Type() != fs.ModeSymlink:
		err = fs.ErrInvalid
	default:
		target, err = t.target(e)
	}
	return target, pathError("readlink", name, err)
}

// pathError adds the operation and the name to an error.
func pathError(op, name string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: op, Path: name, Err: err}
}

// info returns an entry with its size. For a file or a link, this reads the blob.
func (t *Tree) info(e entry) (fs.FileInfo, error) {
	if e.IsDir() {
		return info{e, 0}, nil
	}
	blob, err := t.objects.read("blob", e.id, 0)
	if err != nil {
		return nil, err
	}
	return info{e, blob.size}, nil
}

// list returns what is in a directory, sorted by name.
func (t *Tree) list(dir entry) ([]fs.DirEntry, error) {
	all, err := t.entries(dir)
	if err != nil {
		return nil, err
	}
	list := make([]fs.DirEntry, len(all))
	for i, e := range all {
		list[i] = listed{e, t}
	}
	return list, nil
}

func (t *Tree) entries(dir entry) (all []entry, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if all, known := t.dirs[dir.id]; known || dir.id == "" {
		return all, nil
	}
	object, err := t.objects.read("tree", dir.id, maxTree)
	switch {
	case err != nil:
		return nil, err
	case object.size > maxTree:
		err = errors.New("it has too many entries")
	default:
		all, err = parseTree(object.data, len(dir.id)/2)
	}
	if err != nil {
		return nil, t.objects.keepFirst(fmt.Errorf("the git tree %s cannot be read: %w", dir.id, err))
	}
	t.dirs[dir.id] = all
	return all, nil
}

// target returns the target of a link.
func (t *Tree) target(link entry) (string, error) {
	blob, err := t.objects.read("blob", link.id, maxLink)
	if err == nil && blob.size > maxLink {
		err = errLong
	}
	return string(blob.data), err
}
