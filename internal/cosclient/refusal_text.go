package cosclient

import (
	"slices"
	"strings"
)

// refusalText holds the texts of a refusal, either as received or cleaned.
type refusalText struct{ code, message, requestID, traceID, region string }

// refusalText cleans all texts of a refusal with a single scan of the body.
// Documented codes are kept even if the body contains them, because they reveal
// nothing.
func (s scrubber) refusalText(said refusalText) refusalText {
	quotes := s.quotes(said.code, said.message, said.requestID, said.traceID, said.region)
	for i, text := range []*string{&said.code, &said.message, &said.requestID, &said.traceID, &said.region} {
		limit := maxToken
		switch {
		case i == 0 && slices.Contains(knownCodes, *text):
			continue
		case i == 1:
			limit = maxMessage
			if quotes[i] {
				*text = withheld
				continue
			}
		case quotes[i] && i == 0:
			*text = placeholderRedacted
		case quotes[i]:
			*text = ""
		}
		*text = s.clean(*text, limit)
	}
	if !IsRegion(said.region) {
		said.region = ""
	}
	return said
}

// knownCodes are the codes on which the client or the advice to the user depends.
var knownCodes = []string{
	codeAccessDenied, codeFreqControl, codeInternal, codeKMSInternal, codeSlowDown, codeUnavailable,
	"NoSuchKey", "NoSuchVersion", "NoSuchCopySource", "NoSuchBucket", "NoSuchUpload", "NoSuchTagSet",
	"PreconditionFailed", "FileAlreadyExists", "ObjectLocked", "NoSuchObjectLockConfiguration", "InvalidObjectLock", "InvalidLockedTime", "PathStyleDomainForbidden",
	"KmsKeyNotExist", "KmsKeyDisabled", "SsecDecryptHeaderInvalid", "InvalidObjectState",
	"RestoreNonArchiveObject", "RestoreAlreadyInProgress",
	"RequestTimeout", "UserNetworkTooSlow", "PathConflict", "UploadConflict",
	wordSignature, wordKeyID, wordToken, wordSkew,
}

// Words that COS puts into the code, or into the message of an AccessDenied.
const (
	wordSignature = "SignatureDoesNotMatch"
	wordKeyID     = "InvalidAccessKeyId"
	wordToken     = "ExpiredToken"
	wordSkew      = "RequestTimeTooSkewed"
)

// wordsIn returns the words of a message on which decisions depend. They take
// effect even if the message itself is withheld.
func wordsIn(message string) []string {
	var found []string
	for _, word := range []string{wordSignature, wordKeyID, wordToken, wordSkew, textExpired} {
		if strings.Contains(message, word) {
			found = append(found, word)
		}
	}
	return found
}

func firstSet(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
