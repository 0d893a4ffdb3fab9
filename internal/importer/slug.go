package importer

import (
	"io/fs"
	"path"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"atlas-gitops/internal/reconcile"
)

// idDigits is how many of the last digits of an id tell files of the same slug apart. The first digits of ids are times, so they are
// often the same.
const idDigits = 6

// slug returns a name as a file name without ending: letters and digits in lower case, and dashes. Marks of letters are left out. It is
// "" for a name without letters and digits of ASCII.
func slug(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(letters(name)) {
		switch {
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(unicode.ToLower(r))
		case unicode.Is(unicode.Mn, r):
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.TrimSuffix(b.String(), "-")
}

// letters returns a name with those letters of Latin scripts spelled out that are no letter of ASCII with a mark.
func letters(name string) string {
	spelled := map[rune]string{'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ø': "o", 'Ø': "o", 'ł': "l", 'Ł': "l", 'đ': "d", 'Đ': "d", 'þ': "th", 'Þ': "th"}
	var b strings.Builder
	for _, r := range name {
		if plain, ok := spelled[r]; ok {
			b.WriteString(plain)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isDevice reports whether Windows reads a file of this name as a device.
func isDevice(slug string) bool {
	switch slug {
	case "con", "prn", "aux", "nul":
		return true
	}
	return len(slug) == 4 && (strings.HasPrefix(slug, "com") || strings.HasPrefix(slug, "lpt")) && unicode.IsDigit(rune(slug[3]))
}

// names returns a file in the directory for each organization. The file of an organization depends only on its own name and id, and on
// whether another one, or a file, has the same slug.
func names(files fs.FS, dir string, orgs []reconcile.Visible) []string {
	taken := map[string]int{}            // by slug
	entries, _ := fs.ReadDir(files, dir) // a directory that does not exist has no files
	for _, e := range entries {
		taken[strings.ToLower(strings.TrimSuffix(e.Name(), path.Ext(e.Name())))]++
	}
	for _, o := range orgs {
		taken[slug(o.Name)]++
	}
	all := make([]string, len(orgs))
	for i, o := range orgs {
		s := slug(o.Name)
		switch end := o.ID[len(o.ID)-idDigits:]; {
		case s == "":
			s = "organization-" + end
		case taken[s] > 1 || isDevice(s):
			s += "-" + end
		}
		all[i] = path.Join(dir, s+".yaml")
	}
	return all
}
