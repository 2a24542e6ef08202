package import Quantities

extension Problem {
  /// Why a file cannot be read as a model.
  /// - Parameters:
  ///   - file: The file, as the user named it.
  ///   - place: Where in the file, such as `tensor 'conv_w'`; empty for the file as a whole.
  package init(file: String = "", place: String = "", _ reason: String) {
    self.init(reason, at: place)
    self.file = file
  }

  func inFile(_ file: String) -> Problem {
    var problem = self
    if problem.file.isEmpty { problem.file = file }
    return problem
  }
}
