package reconcile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/client/variables"
	"atlas-gitops/internal/sandbox"
)

// maxBundle is the largest bundle, in bytes: enough for 5,000 organizations.
const maxBundle = 1 << 20

// keyring has the credentials for the organizations of a tree.
type keyring struct {
	named func(name, org string) (client.Credential, error) // org is the id or the name of its organization; "" if it is unknown
	payer func(name string) (client.Credential, error)      // for an organization that pays
	names func() []string                                   // sorted
}

// newKeyring returns the credentials of the environment, and those of a bundle: of the file, or of the environment if the file is "".
func newKeyring(e Env, file string) (keyring, error) {
	bundle, err := readBundle(e, file)
	c := client.NewCredentials(variables.Source{Getenv: e.Getenv, Environ: e.Environ, Bundle: bundle})
	return keyring{func(name, _ string) (client.Credential, error) { return c.Named(name) }, c.Named, c.Names}, err
}

// sandboxKeyring returns a credential of the sandbox for each name. A credential that does not exist yet is for the organization. The
// names leave out credentials that a client created: their names are only labels.
func sandboxKeyring(atlas *sandbox.Server) keyring {
	key := func(granted sandbox.Credential) (client.Credential, error) {
		return client.NewCredential(granted.PublicKey, granted.PrivateKey), nil
	}
	return keyring{
		named: func(name, org string) (client.Credential, error) { return key(atlas.Grant(name, org)) },
		payer: func(name string) (client.Credential, error) { return key(atlas.GrantPayer(name)) },
		names: func() (names []string) {
			for _, c := range atlas.Credentials() {
				if !c.Issued && variables.IsName(c.Name) {
					names = append(names, c.Name)
				}
			}
			slices.Sort(names)
			return names
		},
	}
}

// fileSource names the file in messages about a credential. They can become a part of a plan, which has no path outside the repository.
const fileSource = "the file of --credentials-file"

// readBundle returns the bundle of the file, or that of the environment if the file is "". It returns nil if there is none: GitHub
// passes a secret that does not exist as an empty variable.
func readBundle(e Env, file string) (*variables.Bundle, error) {
	if file != "" {
		text, err := readText(e, file)
		if err != nil {
			return nil, fmt.Errorf("--credentials-file %s: %w", file, err)
		}
		bundle, err := variables.Parse(fileSource, text)
		return bundle, WrapEach("--credentials-file "+file, err)
	}
	text := e.Getenv(variables.BundleVariable)
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	if !strings.ContainsAny(strings.TrimSpace(text), "=\n") { // perhaps the name of a file
		return nil, errors.New(variables.BundleVariable + ": there is no = in it; write lines VARIABLE=value, or name a file with --credentials-file")
	}
	bundle, err := variables.Parse(variables.BundleVariable, text)
	return bundle, WrapEach(variables.BundleVariable, err)
}

// readText reads a file with a bundle. The file may be a pipe, as of <(command).
func readText(e Env, file string) (string, error) {
	name := filepath.ToSlash(file)
	var wrong *fs.PathError
	switch info, err := fs.Stat(e.Files, name); {
	case errors.Is(err, fs.ErrNotExist):
		return "", errors.New("there is no such file; check the name")
	case errors.As(err, &wrong):
		return "", wrong.Err // without the name, which the caller adds
	case err != nil:
		return "", err
	case info.IsDir():
		return "", errors.New("it is a directory; name a file")
	}
	f, err := e.Files.Open(name)
	if errors.As(err, &wrong) {
		return "", wrong.Err
	} else if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxBundle+1))
	if err == nil && len(text) > maxBundle {
		err = errors.New("it is larger than 1 MiB; name a file that has only credentials")
	}
	return string(text), err
}

// BundleSecrets returns the secrets of the bundle of the environment, which no log may show. Connect reports the mistakes of the
// bundle.
func BundleSecrets(e Env) []string {
	bundle, _ := readBundle(e, "")
	if bundle == nil {
		return nil
	}
	return bundle.Secrets()
}
