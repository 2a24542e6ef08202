/// Styles and code of the page that `analyze --format html` writes, by their files' names.
enum PageResource: String {
  case plot, style, script

  var text: String {
    guard let contents = EmbeddedResources.contents("Page/\(rawValue)") else {
      preconditionFailure("a file of the page, \(rawValue), was not embedded")
    }
    return contents.description
  }
}
