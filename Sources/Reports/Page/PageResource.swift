/// Styles and code of the page that `analyze --format html` writes, by their files' names.
enum PageResource: String {
  case plot, style, script

  var text: String { EmbeddedResources.text("Page/\(rawValue)") }
}
