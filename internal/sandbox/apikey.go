package sandbox

// NewKey returns a credential with the API key that POST /orgs creates under that id. The id is not kept: it gives the
// key.
func NewKey(id, desc, orgID string, roles []string) *Credential {
	cred := issued(desc, orgID, roles)
	cred.setKey("issued " + id)
	return cred
}

// getKey finds a key that POST /orgs created. An unknown key is a 400 [doc error-codes].
func getKey(c *call) (any, error) {
	id := c.r.PathValue("apiUserId")
	wanted := NewKey(id, "", "", nil)
	cred := find(c.fleet.Credentials, func(k *Credential) bool {
		return k.Issued && k.OrgID == c.org.ID && k.PublicKey == wanted.PublicKey
	})
	if cred == nil {
		return nil, bad("API_KEY_NOT_FOUND", "No API key with ID "+id+" exists.", id)
	}
	answer := cred.key(c, id)
	answer["privateKey"] = "********-****-****-" + cred.PrivateKey[len(cred.PrivateKey)-12:] // [api getOrgApiKey]
	return answer, nil
}

// key is the API key of a credential as the answer to its creation shows it.
func (k *Credential) key(c *call, id string) fields {
	assigned := make([]fields, 0, len(k.Roles))
	for _, r := range k.Roles {
		assigned = append(assigned, fields{"orgId": k.OrgID, "roleName": r})
	}
	return fields{
		"desc": k.Name, "id": id, "roles": assigned,
		"links":     []fields{c.link("self", v2+"/"+k.OrgID+"/apiKeys/"+id)},
		"publicKey": k.PublicKey, "privateKey": k.PrivateKey,
	}
}
