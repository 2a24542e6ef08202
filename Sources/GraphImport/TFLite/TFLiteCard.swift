internal import CFlatBuffers
import Quantities
import OpGraph

extension ModelCard {
  /// Of a card is read what people can: more entries than this nobody does.
  private static let mostEntries = 256

  /// The metadata for people in a buffer of the file; nil when it is none.
  static func read(
    _ buffer: tfl_buffer_fields, _ contents: FlatBufferContents
  ) throws(Problem) -> ModelCard? {
    guard let start = buffer.bytes, let metadata = tfl_open_metadata(start, buffer.count) else {
      return nil
    }
    func text(_ string: tfl_string) throws(Problem) -> String {
      try contents.text(string, of: "metadata")
    }
    func entries(_ list: tfl_metadata_list, of owner: Int = 0) -> [tfl_metadata_entry] {
      (0..<min(mostEntries, tfl_count_metadata(metadata, list, owner))).map {
        tfl_read_metadata_entry(metadata, list, owner, $0)
      }
    }
    func tensors(_ list: tfl_metadata_list) throws(Problem) -> [ModelCard.Tensor] {
      var tensors: [ModelCard.Tensor] = []
      for entry in entries(list) {
        tensors.append(
          ModelCard.Tensor(name: try text(entry.name), description: try text(entry.description)))
      }
      return tensors
    }
    let stated = tfl_read_metadata_fields(metadata)
    var card = ModelCard()
    card.name = try text(stated.name)
    card.description = try text(stated.description)
    card.version = try text(stated.version)
    card.author = try text(stated.author)
    card.license = try text(stated.license)
    card.inputs = try tensors(tfl_metadata_inputs)
    card.outputs = try tensors(tfl_metadata_outputs)
    var files = entries(tfl_metadata_model_files)
    for index in card.inputs.indices { files += entries(tfl_metadata_input_files, of: index) }
    for index in card.outputs.indices { files += entries(tfl_metadata_output_files, of: index) }
    for file in files.prefix(mostEntries) {
      card.files.append(
        ModelCard.File(
          name: try text(file.name), kind: String(cString: tfl_metadata_file_kind(file.type)),
          description: try text(file.description), bytes: nil))
    }
    return card
  }

  /// The card with the sizes of files that stand in an archive behind the model.
  func withSizes(from archive: ZipArchive?) -> ModelCard {
    var card = self
    for index in card.files.indices {
      card.files[index].bytes =
        archive?.members.first { $0.name == card.files[index].name }?.bytes
    }
    return card
  }
}
