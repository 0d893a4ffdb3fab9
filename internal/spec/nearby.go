package spec

import (
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// The limits of the search for a tree.
const (
	hintDepth = 2   // directories below the working directory
	hintFiles = 200 // files that are opened
	hintSize  = 64 << 10
)

// Nearby returns the deepest directory of fsys that contains all organizations found, or "" if it finds none. It reads only the first
// lines of files, and only a few levels of directories: the result is for a hint.
func Nearby(fsys fs.FS) string {
	isOrganization, opened, found := organizationPattern(), 0, []string(nil)
	_ = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error { // without an unreadable directory, the hint is only less exact
		switch hidden := strings.HasPrefix(path.Base(name), ".") && name != "."; {
		case err != nil, d.IsDir() && (hidden || strings.Count(name, "/") >= hintDepth):
			return fs.SkipDir
		case hidden, !d.Type().IsRegular(), path.Ext(name) != ".yaml" && path.Ext(name) != ".yml":
			return nil
		}
		if opened++; opened > hintFiles {
			return fs.SkipAll
		}
		if isOrganization(head(fsys, name)) {
			found = append(found, path.Dir(name))
		}
		return nil
	})
	return commonDirectory(found)
}

// organizationPattern returns a function that reports whether a YAML text looks like an organization: it has a name and a section.
// Files of other programs often have a name, too.
func organizationPattern() func(text string) bool {
	fields, err := Fields()
	if err != nil {
		return func(string) bool { return false }
	}
	fields = slices.DeleteFunc(fields, func(f string) bool { return f == "name" || strings.Contains(f, ".") })
	name, section := regexp.MustCompile(`(?m)^name:`), regexp.MustCompile(`(?m)^(`+strings.Join(fields, "|")+`):`)
	return func(text string) bool { return name.MatchString(text) && section.MatchString(text) }
}

// head returns the first hintSize bytes of a file, or "" if it cannot be read.
func head(fsys fs.FS, name string) string {
	f, err := fsys.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, hintSize))
	if err != nil {
		return ""
	}
	return string(data)
}

// commonDirectory returns the deepest directory that contains all directories, or "" if there are none.
func commonDirectory(dirs []string) string {
	if len(dirs) == 0 {
		return ""
	}
	common := dirs[0]
	for common != "." && slices.ContainsFunc(dirs, func(d string) bool { return d != common && !strings.HasPrefix(d, common+"/") }) {
		common = path.Dir(common)
	}
	return common
}
