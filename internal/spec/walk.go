package spec

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// walker finds the files of a tree.
type walker struct {
	reporter
	fsys  fs.FS
	most  bounds
	files int                                                  // how many YAML files it has found
	top   string                                               // the highest directory whose special files apply to the current PATH
	visit func(file string, named bool) (isOrganizations bool) // is called for every file; named: the file was passed as a PATH
}

// find visits the files of a PATH, or of everything that a pattern matches.
func (w *walker) find(p string) {
	p = path.Clean(p)
	if !isPattern(w.fsys, p) {
		w.findIn(p)
		return
	}
	matches, err := expand(w.fsys, p)
	if err != nil {
		w.reportError(p, err)
	}
	for _, match := range matches {
		w.findIn(match)
	}
}

// findIn visits the files of a file or directory. If it has no organizations, that is a mistake.
func (w *walker) findIn(p string) {
	dir, base := p, ""
	if info, err := fs.Stat(w.fsys, p); err == nil && !info.IsDir() {
		dir, base = path.Dir(p), path.Base(p)
	}
	w.top = follow(w.fsys, w.topOf(dir)) // without links, because the names of the files below have none
	if w.refusesLink(p) || w.refusesLink(dir) {
		return
	}
	// For a link to a directory, the special files in its target apply. A link to a file belongs to the directory of the link.
	p = path.Join(follow(w.fsys, dir), base)
	switch sp := specialFor(p); {
	case w.walk(p):
	case sp != nil:
		w.report(noOrganization, Place{File: p}, "holds %s, not an organization; pass its directory as PATH", sp.holds)
	default:
		w.report(noOrganization, Place{File: p}, "holds no organization; pass a YAML file, or a directory with *.yaml files")
	}
}

// walk visits every file of a PATH. It returns true if it found a file of organizations or reported a mistake.
func (w *walker) walk(p string) (found bool) {
	_ = fs.WalkDir(w.fsys, p, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			found = true
			w.reportError(name, err)
		case name != p && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case d.IsDir():
			if strings.Count(strings.TrimPrefix(name, p), "/") > maxLevels {
				found = true
				w.report(tooLarge, Place{File: name}, "is more than %d directories below PATH; move it up", maxLevels)
				return fs.SkipDir
			}
		case w.refusesTooMany(name):
			found = true
			return fs.SkipAll
		default:
			found = name != p && w.refusesOdd(name, d) || w.visit(name, name == p) || found
		}
		return nil
	})
	return found
}

// maxLevels is how deeply directories below a PATH may be nested.
const maxLevels = 64

// refusesTooMany counts a file and returns true if there are too many. It reports only the first.
func (w *walker) refusesTooMany(name string) bool {
	if !isYAML(strings.ToLower(name)) {
		return false
	}
	w.files++
	if w.files == w.most.files+1 {
		w.report(tooLarge, Place{File: name}, "the tree is too large: it has more than %d files; the rest was not read", w.most.files).Hint = "pass only some of its directories as PATH"
	}
	return w.files > w.most.files
}

// refusesOdd reports links to directories, links that leave the tree, pipes and devices: reading a pipe or a device might never end.
// Except for links to directories, it ignores names that are not those of YAML files.
func (w *walker) refusesOdd(name string, d fs.DirEntry) bool {
	if d.Type().IsRegular() {
		return false
	}
	info, err := fs.Stat(w.fsys, name)
	switch {
	case err == nil && info.IsDir():
		w.report(unreadable, Place{File: name}, "is a link to a directory, and such links are not followed; pass the directory as a further PATH")
	case !isYAML(name):
		return false
	case err != nil:
		return w.refusesLink(name)
	case !info.Mode().IsRegular():
		w.report(unreadable, Place{File: name}, notRegular)
	default:
		return w.refusesLink(name)
	}
	return true
}

// refusesLink reports a link unless it leads to a YAML file or a directory of the tree. The author of a tree may not be allowed to
// read other files of the machine that checks it, or hidden files next to the tree.
func (w *walker) refusesLink(name string) bool {
	target := follow(w.fsys, name)
	info, err := fs.Stat(w.fsys, name)
	switch {
	case target == path.Clean(name):
		return false
	case !isWithin(target, w.top):
	case leadsIntoHiding(name, target):
	case err != nil, info.IsDir(), isYAML(target):
		return false // if it cannot be read, a later error gives the reason
	}
	w.report(leavingLink, Place{File: name}, "is a link that is not followed: it is absolute, leads out of the tree, to a hidden file, or to a file that is not YAML; replace it with a copy")
	return true
}

// isWithin reports whether a clean name names the directory or something below it.
func isWithin(name, dir string) bool {
	up, below := climb(dir)
	if below == "" && !path.IsAbs(dir) {
		nameUp, _ := climb(name)
		return nameUp <= up && !path.IsAbs(name)
	}
	return name == dir || strings.HasPrefix(name, strings.TrimSuffix(dir, "/")+"/")
}

// climb splits a clean name into the number of ".." at its start and the rest.
func climb(name string) (up int, below string) {
	for name == ".." || strings.HasPrefix(name, "../") {
		name = strings.TrimPrefix(name[2:], "/")
		up++
	}
	return up, strings.TrimPrefix(name, ".")
}

// leadsIntoHiding reports whether a target is hidden, or is in a hidden directory that does not also contain the link.
func leadsIntoHiding(link, target string) bool {
	parts, common := strings.Split(target, "/"), strings.Split(link, "/")
	for len(parts) > 0 && len(common) > 0 && parts[0] == common[0] {
		parts, common = parts[1:], common[1:]
	}
	return slices.ContainsFunc(parts, func(part string) bool {
		return strings.HasPrefix(part, ".") && part != "." && part != ".."
	})
}

// maxLinks is how many links the resolution of a name may follow.
const maxLinks = 40

// follow returns a name with all its links resolved, or "/" if there are more than maxLinks.
func follow(fsys fs.FS, name string) string {
	done, rest := "", strings.Split(name, "/")
	for links := 0; len(rest) > 0; {
		next := path.Join(done, rest[0])
		if next == "" {
			next = "/" // the name is absolute
		}
		rest = rest[1:]
		target, err := fs.ReadLink(fsys, next)
		if err != nil {
			done = next
			continue
		}
		if links++; links > maxLinks {
			return "/"
		}
		if path.IsAbs(target) {
			done = "/"
		}
		rest = append(strings.Split(target, "/"), rest...)
	}
	return path.Clean(done)
}

// Messages that several checks use.
const (
	notRegular  = "is not a regular file"
	otherEnding = "is not read; rename it so that its extension is in lower case"
)

func isYAML(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }

// maxClimb is how many directories the search for the repository's root goes up.
const maxClimb = 64

// topOf returns the highest directory whose special files apply to dir. This is the root of the repository, so that the result does not
// depend on the working directory. Without a repository, it is the working directory or, if dir is not below that, dir itself: other
// users may be able to write to the directories above.
func (w *walker) topOf(dir string) string {
	top := dir
	if !path.IsAbs(dir) && dir != ".." && !strings.HasPrefix(dir, "../") {
		top = "."
	}
	for root, n := dir, 0; n < maxClimb; root, n = path.Join(root, ".."), n+1 {
		if _, err := fs.Stat(w.fsys, path.Join(root, ".git")); err == nil {
			return root
		}
	}
	return top
}
