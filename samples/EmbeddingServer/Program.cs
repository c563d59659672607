using EmbeddingServer;

// To serve models of your own: an encoder's class each, as MiniLm.cs has one, and a line here. AddClassifier is for models with a head: their routes are
// /predict and, with one label, the rankings'.
WebApplication app = Server.Create(args, models => models.AddEmbedder<MiniLm>());
await app.RunAsync();
