import Quantities
import OpGraph

/// Where the elements of a stored tensor lie.
enum ElementPlace: Sendable {
  /// As they are, in the model file.
  case bytes(Range<Int>)
  /// In the fields of an ONNX tensor, which lies there in the model file.
  case message(Range<Int>)
  /// As they are, in another file of the model's folder, from an offset on.
  case external(location: String, offset: Int)
}

/// The elements that a model file and the files beside it hold.
final class FileElements: StoredElements {
  /// No more of a tensor is in memory at a time.
  static let pieceBytes = 1 << 20

  private let file: ModelFile
  private let folder: String
  private let places: [ValueID: ElementPlace]
  private let names: [ValueID: String]
  private let types: [ValueID: TensorType]

  /// - Parameters:
  ///   - folder: The model's folder with a slash at the end.
  ///   - graph: The graph as the file states it.
  init(_ file: ModelFile, folder: String, places: [ValueID: ElementPlace], of graph: Graph) {
    self.file = file
    self.folder = folder
    self.places = places
    types = Dictionary(uniqueKeysWithValues: places.keys.map { ($0, graph[$0].type) })
    names = Dictionary(uniqueKeysWithValues: places.keys.map { ($0, graph[$0].name) })
  }

  func type(of value: ValueID) -> TensorType? { types[value] }

  func read(
    _ value: ValueID, _ take: (UnsafeRawBufferPointer) -> Void
  ) throws(Problem) {
    guard let place = places[value], let type = types[value] else { return }
    do throws(Problem) {
      var payload = ElementPayload(type)
      switch place {
      case .bytes(let range):
        try file.unchanged { () throws(Problem) in try payload.read(range, of: file, take) }
      case .message(let range):
        try file.unchanged { () throws(Problem) in try payload.readMessage(range, of: file, take) }
      case .external(let location, let offset):
        try payload.read(location, at: offset, in: folder, take)
      }
      try payload.checkLength()
    } catch {
      throw error.placed(at: "tensor '\(names[value] ?? "")'")
    }
  }
}
