package cosmock

import (
	"path"
	"strings"
)

// contentTypes are the types of common extensions. The live tests of two SDKs
// show, for .zip, that COS derives a missing type from the extension. COS does
// not publish its table or say whether text types get a charset.
var contentTypes = map[string]string{
	".7z": "application/x-7z-compressed", ".apk": "application/vnd.android.package-archive", ".avi": "video/x-msvideo",
	".bmp": "image/bmp", ".css": "text/css", ".csv": "text/csv", ".doc": "application/msword",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".gif": "image/gif",
	".gz": "application/gzip", ".htm": "text/html", ".html": "text/html", ".ico": "image/x-icon", ".jpeg": "image/jpeg",
	".jpg": "image/jpeg", ".js": "application/javascript", ".json": "application/json", ".md": "text/markdown",
	".mov": "video/quicktime", ".mp3": "audio/mpeg", ".mp4": "video/mp4", ".pdf": "application/pdf", ".png": "image/png",
	".ppt":  "application/vnd.ms-powerpoint",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".rar":  "application/x-rar-compressed", ".svg": "image/svg+xml", ".tar": "application/x-tar", ".tif": "image/tiff",
	".tiff": "image/tiff", ".txt": "text/plain", ".wasm": "application/wasm", ".wav": "audio/wav", ".webm": "video/webm",
	".webp": "image/webp", ".woff": "font/woff", ".woff2": "font/woff2", ".xls": "application/vnd.ms-excel",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xml": "application/xml",
	".yaml": "application/yaml", ".yml": "application/yaml", ".zip": "application/zip",
}

// contentType returns the type of an object that was uploaded without one.
func (u *Undocumented) contentType(key string) string {
	if known := contentTypes[strings.ToLower(path.Ext(key))]; known != "" && !u.TypeByExtensionOff {
		return known
	}
	return u.DefaultContentType
}
