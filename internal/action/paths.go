package action

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// expandPaths replaces each pattern, such as orgs/*.yaml, with the YAML files and directories that it matches, sorted. No shell
// expands inputs of an action. If a file has the name of the pattern itself, expandPaths returns this name.
func expandPaths(files fs.FS, paths []string) (all []string, err error) {
	for _, p := range paths {
		matches, err := expandPath(files, filepath.ToSlash(p))
		if err != nil {
			return nil, inputError{"path", p, err}
		}
		for _, match := range matches {
			if !slices.Contains(all, match) {
				all = append(all, match)
			}
		}
	}
	return all, nil
}

// patternDirs returns the directories in which, and below which, the patterns among paths look for files.
func patternDirs(files fs.FS, paths []string) (dirs []string) {
	for _, p := range paths {
		p = filepath.ToSlash(p)
		if _, err := fs.Stat(files, p); err == nil || !strings.ContainsAny(p, "*?[") {
			continue
		}
		dirs = append(dirs, path.Dir(p[:strings.IndexAny(p, "*?[")]+"x"))
	}
	return dirs
}

func expandPath(files fs.FS, p string) ([]string, error) {
	if _, err := fs.Stat(files, p); err == nil || !strings.ContainsAny(p, "*?[") {
		return []string{p}, nil
	}
	if strings.Contains(p, "**") {
		return nil, errors.New("the pattern ** is not supported; name the directory, which includes its subdirectories")
	}
	matches, err := fs.Glob(files, p)
	if err != nil {
		return nil, errors.New("the pattern has a [ without its ]")
	}
	matches = slices.DeleteFunc(matches, func(match string) bool { return !isOfTree(files, match, path.Base(p)) })
	if len(matches) == 0 {
		return nil, errors.New("the pattern matches no YAML file and no directory")
	}
	slices.Sort(matches)
	return matches, nil
}

// isOfTree reports whether a match may be a PATH. Files that start with _ belong to their directory, and hidden files are not read:
// they count only if the pattern also starts with _ or a dot.
func isOfTree(files fs.FS, match, pattern string) bool {
	base := path.Base(match)
	if strings.ContainsAny(base[:1], "_.") && base[0] != pattern[0] {
		return false
	}
	info, err := fs.Stat(files, match)
	return err != nil || info.IsDir() || slices.Contains([]string{".yaml", ".yml"}, path.Ext(base))
}
