package spec

import "atlas-gitops/internal/yamldata"

// AcceptedFile is the name of the files with acceptances.
const AcceptedFile = "_accepted.yaml"

// AcceptanceEntry returns the lines that accept an organization in a file of acceptances. The reason is missing, so that the tree is
// valid only after somebody has written one.
func AcceptanceEntry(digest, organization string) string {
	if !yamldata.IsPlain(organization) {
		organization = yamldata.Quote(organization)
	}
	return "- digest: " + digest + "\n  organization: " + organization + "\n  reason: # say why\n"
}
