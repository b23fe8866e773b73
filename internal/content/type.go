package content

import (
	"path"
	"strings"
)

// DefaultType is the content type of a body whose name tells nothing.
const DefaultType = "application/octet-stream"

// FolderType is the content type of an empty object that stands for a folder,
// as the console of COS makes one.
const FolderType = "application/x-directory"

// IsFolder reports a key that an empty object stands for a folder under.
func IsFolder(key string) bool { return strings.HasSuffix(key, "/") }

// GuessType guesses a content type from the first of the names whose extension
// is known. The table is the package's own, so that the guess is the same on
// every machine; that of the standard library depends on the files of the
// operating system.
func GuessType(names ...string) string {
	for _, name := range names {
		// Windows paths end a folder with a backslash as well.
		name = name[strings.LastIndexByte(name, '\\')+1:]
		if t, ok := types[strings.ToLower(path.Ext(name))]; ok {
			return t
		}
	}
	return DefaultType
}

// types maps lower-case extensions to media types of the IANA registry, and to
// the customary one where the registry has none.
var types = map[string]string{
	".7z":          "application/x-7z-compressed",
	".aac":         "audio/aac",
	".apk":         "application/vnd.android.package-archive",
	".avi":         "video/x-msvideo",
	".avif":        "image/avif",
	".bin":         "application/octet-stream",
	".bmp":         "image/bmp",
	".br":          "application/x-brotli",
	".bz2":         "application/x-bzip2",
	".cer":         "application/pkix-cert",
	".cfg":         "text/plain; charset=utf-8",
	".conf":        "text/plain; charset=utf-8",
	".crl":         "application/pkix-crl",
	".crt":         "application/x-x509-ca-cert",
	".css":         "text/css; charset=utf-8",
	".csv":         "text/csv; charset=utf-8",
	".deb":         "application/vnd.debian.binary-package",
	".der":         "application/x-x509-ca-cert",
	".doc":         "application/msword",
	".docx":        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".eot":         "application/vnd.ms-fontobject",
	".epub":        "application/epub+zip",
	".flac":        "audio/flac",
	".gif":         "image/gif",
	".gz":          "application/gzip",
	".htm":         "text/html; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/vnd.microsoft.icon",
	".ics":         "text/calendar; charset=utf-8",
	".ini":         "text/plain; charset=utf-8",
	".ipa":         "application/octet-stream",
	".iso":         "application/x-iso9660-image",
	".jar":         "application/java-archive",
	".jpeg":        "image/jpeg",
	".jpg":         "image/jpeg",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".jsonl":       "application/jsonl",
	".log":         "text/plain; charset=utf-8",
	".m4a":         "audio/mp4",
	".md":          "text/markdown; charset=utf-8",
	".mjs":         "text/javascript; charset=utf-8",
	".mkv":         "video/matroska",
	".mov":         "video/quicktime",
	".mp3":         "audio/mpeg",
	".mp4":         "video/mp4",
	".mpeg":        "video/mpeg",
	".odp":         "application/vnd.oasis.opendocument.presentation",
	".ods":         "application/vnd.oasis.opendocument.spreadsheet",
	".odt":         "application/vnd.oasis.opendocument.text",
	".ogg":         "audio/ogg",
	".opus":        "audio/ogg",
	".otf":         "font/otf",
	".p12":         "application/pkcs12",
	".p7b":         "application/x-pkcs7-certificates",
	".parquet":     "application/vnd.apache.parquet",
	".pdf":         "application/pdf",
	".pem":         "application/x-pem-file",
	".pfx":         "application/pkcs12",
	".png":         "image/png",
	".ppt":         "application/vnd.ms-powerpoint",
	".pptx":        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".properties":  "text/plain; charset=utf-8",
	".ps1":         "text/plain; charset=utf-8",
	".py":          "text/x-python; charset=utf-8",
	".rar":         "application/vnd.rar",
	".rpm":         "application/x-rpm",
	".rtf":         "application/rtf",
	".sh":          "application/x-sh",
	".sql":         "application/sql",
	".svg":         "image/svg+xml",
	".tar":         "application/x-tar",
	".tf":          "text/plain; charset=utf-8",
	".tfvars":      "text/plain; charset=utf-8",
	".tgz":         "application/gzip",
	".tif":         "image/tiff",
	".tiff":        "image/tiff",
	".toml":        "application/toml",
	".ts":          "video/mp2t",
	".ttf":         "font/ttf",
	".txt":         "text/plain; charset=utf-8",
	".wasm":        "application/wasm",
	".wav":         "audio/wav",
	".weba":        "audio/webm",
	".webm":        "video/webm",
	".webmanifest": "application/manifest+json",
	".webp":        "image/webp",
	".woff":        "font/woff",
	".woff2":       "font/woff2",
	".xhtml":       "application/xhtml+xml",
	".xls":         "application/vnd.ms-excel",
	".xlsx":        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".xml":         "application/xml",
	".xz":          "application/x-xz",
	".yaml":        "application/yaml",
	".yml":         "application/yaml",
	".zip":         "application/zip",
	".zst":         "application/zstd",
}
