package spec

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// defaultsFile holds what every organization in its directory and below shares.
const defaultsFile = "_defaults.yaml"

const misnamedDefaults = "_defaults.yml"

// walker finds the files of a tree.
type walker struct {
	reporter
	fsys  fs.FS
	most  bounds
	files int                                                  // how many there were
	top   string                                               // the highest directory whose defaults count for the PATH that is being read
	visit func(file string, named bool) (isOrganizations bool) // is given every file; named, if it was given as a PATH
}

// find visits the files of a PATH. One without organizations is a mistake.
func (w *walker) find(p string) {
	dir, base := p, ""
	if info, err := fs.Stat(w.fsys, p); err == nil && !info.IsDir() {
		dir, base = path.Dir(p), path.Base(p)
	}
	w.top = w.topOf(dir)
	if w.refusesLink(p) {
		return
	}
	p = path.Join(follow(w.fsys, dir), base) // a directory's own defaults count; a link to a file is a file of its directory
	switch {
	case w.walk(p):
	case path.Base(p) == defaultsFile:
		w.report(noOrganization, Place{File: p}, "holds no organization, only what they share; name its directory")
	default:
		w.report(noOrganization, Place{File: p}, "holds no organization; name a YAML file, or a directory with *.yaml files")
	}
}

// walk visits every file of a PATH, and tells whether there was one of organizations, or a mistake.
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
				w.report(tooLarge, Place{File: name}, "lies more than %d directories deep; move it up", maxLevels)
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

// maxLevels is how many directories may lie within each other below a PATH.
const maxLevels = 64

// refusesTooMany tells whether a file is one more than there may be. It reports the first.
func (w *walker) refusesTooMany(name string) bool {
	if !isYAML(strings.ToLower(name)) {
		return false
	}
	w.files++
	if w.files == w.most.files+1 {
		w.report(tooLarge, Place{File: name}, "is one file more than %d, and the rest was not read", w.most.files).Hint = "name some of the directories as PATH"
	}
	return w.files > w.most.files
}

// refusesOdd reports what is neither a file nor a directory, if its name says that it should be read: links to directories, which
// are not followed, links that leave the tree, and pipes and devices, which might never end.
func (w *walker) refusesOdd(name string, d fs.DirEntry) bool {
	if d.Type().IsRegular() {
		return false
	}
	info, err := fs.Stat(w.fsys, name)
	switch {
	case err == nil && info.IsDir():
		w.report(unreadable, Place{File: name}, "is a link to a directory, which is not followed; name it as a PATH of its own")
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

// refusesLink reports a link that leads elsewhere than to another YAML file, or directory, of the tree: who may write a tree
// is not always who may read the machine that checks it, nor what lies hidden beside the tree.
func (w *walker) refusesLink(name string) bool {
	target, top := follow(w.fsys, name), follow(w.fsys, w.top)
	info, err := fs.Stat(w.fsys, name)
	switch {
	case target == path.Clean(name):
		return false
	case !isWithin(target, top):
	case leadsIntoHiding(name, target):
	case err != nil, info.IsDir(), isYAML(target):
		return false // what cannot be read tells more
	}
	w.report(leavingLink, Place{File: name}, "is a link that does not lead to a YAML file of this tree by a relative way; put a copy here")
	return true
}

// isWithin tells whether a clean name is that of the directory or of something below it.
func isWithin(name, dir string) bool {
	up, below := climb(dir)
	if below == "" && !path.IsAbs(dir) {
		nameUp, _ := climb(name)
		return nameUp <= up && !path.IsAbs(name)
	}
	return name == dir || strings.HasPrefix(name, strings.TrimSuffix(dir, "/")+"/")
}

// climb splits a clean name into how often it goes up, and what it then names.
func climb(name string) (up int, below string) {
	for name == ".." || strings.HasPrefix(name, "../") {
		name = strings.TrimPrefix(name[2:], "/")
		up++
	}
	return up, strings.TrimPrefix(name, ".")
}

// leadsIntoHiding tells whether a target lies behind a name that starts with a dot, which the link itself does not.
func leadsIntoHiding(link, target string) bool {
	parts, common := strings.Split(target, "/"), strings.Split(link, "/")
	for len(parts) > 0 && len(common) > 0 && parts[0] == common[0] {
		parts, common = parts[1:], common[1:]
	}
	return slices.ContainsFunc(parts, func(part string) bool {
		return strings.HasPrefix(part, ".") && part != "." && part != ".."
	})
}

// maxLinks is how many links a name may lead through.
const maxLinks = 40

// follow returns a name with all links in it followed.
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

// What is wrong with a file, wherever it is met.
const (
	notRegular  = "is not a regular file"
	otherEnding = "is not read; write the end of its name in lower case"
)

func isYAML(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }

// maxClimb bounds the search for the repository's root above the working directory.
const maxClimb = 64

// topOf returns the highest directory whose defaults take part in what is in dir: the root of the repository, so that
// it does not matter from where in the tree one looks. Without a repository it is the working directory or, for what
// is not below it, dir itself: what others have put into the directories above is not ours to trust.
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
