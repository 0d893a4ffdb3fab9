package spec

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Exists reports whether there is a file or directory at a PATH. For a pattern, it reports whether the pattern matches one.
func Exists(fsys fs.FS, p string) bool {
	if isPattern(fsys, p) {
		matches, err := expand(fsys, p)
		return err == nil && len(matches) > 0
	}
	_, err := fs.Stat(fsys, p)
	return !errors.Is(err, fs.ErrNotExist)
}

// isPattern reports whether a PATH is a pattern, such as orgs/*.yaml. A file may have the name of a pattern.
func isPattern(fsys fs.FS, p string) bool { return strings.ContainsAny(p, "*?[") && !exists(fsys, p) }

// expand returns the YAML files and directories that a pattern matches. An action and cmd.exe have no shell that does it.
func expand(fsys fs.FS, pattern string) ([]string, error) {
	if strings.Contains(pattern, "**") {
		return nil, errors.New("the pattern ** is not supported; name the directory, which includes its subdirectories")
	}
	matches, err := fs.Glob(fsys, pattern)
	if err != nil {
		return nil, errors.New("the pattern has a [ without its ]")
	}
	matches = slices.DeleteFunc(matches, func(match string) bool { return !isOfTree(fsys, match, pattern) })
	if len(matches) == 0 {
		return nil, errors.New("the pattern matches no YAML file and no directory")
	}
	return matches, nil
}

// isOfTree reports whether a match may be a PATH. As in a shell, * matches no dot at the start of a name. Files that start with _
// belong to their directory: they count only if the pattern also starts with _.
func isOfTree(fsys fs.FS, match, pattern string) bool {
	parts := strings.Split(pattern, "/")
	for i, part := range strings.Split(match, "/") {
		if strings.HasPrefix(part, ".") && !strings.HasPrefix(parts[i], ".") {
			return false
		}
	}
	if strings.HasPrefix(path.Base(match), reserved) && !strings.HasPrefix(path.Base(pattern), reserved) {
		return false
	}
	info, err := fs.Stat(fsys, match)
	return err != nil || info.IsDir() || isYAML(match)
}
