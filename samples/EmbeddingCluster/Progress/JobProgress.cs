namespace EmbeddingCluster;

/// <summary>How far a job is.</summary>
/// <param name="Job">Its id.</param>
/// <param name="Rows">Rows of the corpus.</param>
/// <param name="DoneRows">Rows that have their vectors.</param>
/// <param name="Silos">Processes in the cluster; null where there is none.</param>
/// <param name="Working">Those of them that hold shards of the job; null where nobody knows.</param>
internal sealed record JobProgress(string Job, long Rows, long DoneRows, int? Silos = null, int? Working = null)
{
    public bool IsComplete => DoneRows >= Rows;
}
