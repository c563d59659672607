using Npgsql;
using Orleans.Configuration;

namespace EmbeddingCluster;

/// <summary>
/// What Orleans' ADO.NET providers need in PostgreSQL: a table "OrleansQuery" that says what to execute for each of their operations, and whatever those statements
/// work on. The providers' packages bring no statements; these are ours, in a schema of their own, which the silos' connections search first. Names of tables are those
/// that Orleans' users know; names of parameters and of result columns are the providers'.
/// </summary>
internal static class OrleansSchema
{
    /// <summary>What Orleans calls PostgreSQL's provider.</summary>
    public const string Invariant = "Npgsql";

    private const string Name = "embedding_cluster_orleans";

    private const string AreThere = $"select to_regclass('{Name}.OrleansQuery') is not null";

    /// <summary>Name of the cluster, which is one in a database, and of what it serves.</summary>
    private const string ClusterName = "embedding-cluster";

    private const string Tables = """
        create table OrleansMembershipVersionTable (
            deployment text primary key,
            version int not null default 0);

        create table OrleansMembershipTable (
            deployment text not null references OrleansMembershipVersionTable,
            address text not null,
            port int not null,
            generation int not null,
            silo_name text not null,
            host_name text not null,
            status int not null,
            proxy_port int,
            suspect_times text,
            start_time timestamptz not null,
            alive_time timestamptz not null,
            primary key (deployment, address, port, generation));

        create table OrleansRemindersTable (
            service text not null,
            grain text not null,
            name text not null,
            start_time timestamptz not null,
            period bigint not null,     -- milliseconds
            grain_hash int not null,
            version int not null,
            primary key (service, grain, name));

        create index on OrleansRemindersTable (service, grain_hash);

        create table OrleansStorage (
            service text not null,
            grain_type text not null,
            grain_n0 bigint not null,
            grain_n1 bigint not null,
            grain_extension text not null,      -- '' where a grain's key has none
            payload bytea,
            version int not null,
            primary key (service, grain_type, grain_n0, grain_n1, grain_extension));

        create table OrleansQuery (QueryKey text primary key, QueryText text not null);
        """;

    private const string MemberColumns = """
        m.address as "Address", m.port as "Port", m.generation as "Generation", m.silo_name as "SiloName", m.host_name as "HostName", m.status as "Status",
        m.proxy_port as "ProxyPort", m.suspect_times as "SuspectTimes", m.start_time as "StartTime", m.alive_time as "IAmAliveTime", v.version as "Version"
        """;

    private const string OneMember = "deployment = @DeploymentId and address = @Address and port = @Port and generation = @Generation";

    private const string ReminderColumns = """
        select grain as "GrainId", name as "ReminderName", start_time as "StartTime", period as "Period", version as "Version" from OrleansRemindersTable where service = @ServiceId
        """;

    private const string OneState = """
        service = @ServiceId and grain_type = @GrainTypeString and grain_n0 = @GrainIdN0 and grain_n1 = @GrainIdN1
        and grain_extension = coalesce(@GrainIdExtensionString::text, '')
        """;

    /// <summary>A statement for each operation, by the operation's name.</summary>
    private static readonly Dictionary<string, string> s_queries = new()
    {
        // Membership: who is there. A change is made together with a step of the version that it was made for, or not at all. Status 3 is active, 6 is dead.
        ["InsertMembershipVersionKey"] = """
            with added as (insert into OrleansMembershipVersionTable (deployment) values (@DeploymentId) on conflict do nothing returning 1) select count(*)::int from added
            """,
        ["InsertMembershipKey"] = """
            with step as (
                update OrleansMembershipVersionTable set version = version + 1
                where deployment = @DeploymentId and version = @Version and not exists (
                    select from OrleansMembershipTable where deployment = @DeploymentId and address = @Address and port = @Port and generation = @Generation)
                returning 1),
            added as (
                insert into OrleansMembershipTable (deployment, address, port, generation, silo_name, host_name, status, proxy_port, start_time, alive_time)
                select @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime from step
                returning 1)
            select count(*)::int from added
            """,
        ["UpdateMembershipKey"] = $"""
            with step as (
                update OrleansMembershipVersionTable set version = version + 1
                where deployment = @DeploymentId and version = @Version and exists (select from OrleansMembershipTable where {OneMember})
                returning 1),
            changed as (
                update OrleansMembershipTable set status = @Status, suspect_times = @SuspectTimes::text, alive_time = greatest(alive_time, @IAmAliveTime)
                where {OneMember} and exists (select from step)
                returning 1)
            select count(*)::int from changed
            """,
        ["UpdateIAmAlivetimeKey"] = $"update OrleansMembershipTable set alive_time = greatest(alive_time, @IAmAliveTime) where {OneMember}",
        ["MembershipReadRowKey"] = $"""
            select v.deployment as "DeploymentId", {MemberColumns}
            from OrleansMembershipVersionTable v left join OrleansMembershipTable m on m.deployment = v.deployment and m.address = @Address and m.port = @Port and m.generation = @Generation
            where v.deployment = @DeploymentId
            """,
        ["MembershipReadAllKey"] = $"""
            select v.deployment as "DeploymentId", {MemberColumns}
            from OrleansMembershipVersionTable v left join OrleansMembershipTable m on m.deployment = v.deployment
            where v.deployment = @DeploymentId
            """,
        ["GatewaysQueryKey"] = """
            select address as "Address", proxy_port as "ProxyPort", generation as "Generation" from OrleansMembershipTable
            where deployment = @DeploymentId and status = @Status and proxy_port > 0
            """,
        ["DeleteMembershipTableEntriesKey"] =
            "with gone as (delete from OrleansMembershipTable where deployment = @DeploymentId) delete from OrleansMembershipVersionTable where deployment = @DeploymentId",
        ["CleanupDefunctSiloEntriesKey"] =
            "delete from OrleansMembershipTable where deployment = @DeploymentId and status = 6 and alive_time < @IAmAliveTime and start_time < @IAmAliveTime",
        ["CleanupDefunctSiloEntryKey"] = $"""
            delete from OrleansMembershipTable where {OneMember} and status = 6 and alive_time = @IAmAliveTime and start_time = @StartTime
            and coalesce(suspect_times, '') = coalesce(@SuspectTimes::text, '')
            """,

        // Reminders: what grains want to be woken for. Silos share them by ranges of a hash, of which one goes over the end.
        ["UpsertReminderRowKey"] = """
            insert into OrleansRemindersTable as r (service, grain, name, start_time, period, grain_hash, version)
            values (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period::bigint, @GrainHash, 0)
            on conflict (service, grain, name) do update
            set start_time = excluded.start_time, period = excluded.period, grain_hash = excluded.grain_hash, version = r.version + 1
            returning version as "Version"
            """,
        ["ReadReminderRowsKey"] = $"{ReminderColumns} and grain = @GrainId",
        ["ReadReminderRowKey"] = $"{ReminderColumns} and grain = @GrainId and name = @ReminderName",
        ["ReadRangeRows1Key"] = $"{ReminderColumns} and grain_hash > @BeginHash and grain_hash <= @EndHash",
        ["ReadRangeRows2Key"] = $"{ReminderColumns} and (grain_hash > @BeginHash or grain_hash <= @EndHash)",
        ["DeleteReminderRowKey"] = """
            with gone as (delete from OrleansRemindersTable where service = @ServiceId and grain = @GrainId and name = @ReminderName and version = @Version returning 1)
            select count(*)::int from gone
            """,
        ["DeleteReminderRowsKey"] = "delete from OrleansRemindersTable where service = @ServiceId",

        // Grains' states. A state is written over the version that was read, or else nothing is; a null version means that there was none.
        ["ReadFromStorageKey"] = $"""select payload as "PayloadBinary", version as "Version" from OrleansStorage where {OneState}""",
        ["WriteToStorageKey"] = """
            with written as (
                insert into OrleansStorage as s (service, grain_type, grain_n0, grain_n1, grain_extension, payload, version)
                values (@ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString::text, ''), @PayloadBinary::bytea, 1)
                on conflict (service, grain_type, grain_n0, grain_n1, grain_extension) do update
                set payload = excluded.payload, version = s.version + 1
                where s.version = @GrainStateVersion::int
                returning version)
            select coalesce((select version from written), @GrainStateVersion::int) as "NewGrainStateVersion"
            """,
        ["ClearStorageKey"] = $"""
            update OrleansStorage set payload = null, version = version + 1 where {OneState} and version = @GrainStateVersion::int
            returning version as "NewGrainStateVersion"
            """,
        ["DeleteStorageKey"] = $"""
            delete from OrleansStorage where {OneState} and version = @GrainStateVersion::int
            returning version + 1 as "NewGrainStateVersion"
            """,
    };

    /// <summary>Says which cluster it is.</summary>
    public static void Identify(ClusterOptions options) => (options.ClusterId, options.ServiceId) = (ClusterName, ClusterName);

    /// <summary>The connection string for Orleans' providers.</summary>
    public static string Connection(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = Name, ApplicationName = "EmbeddingCluster, Orleans" }.ConnectionString;

    /// <summary>Whether a silo has joined and not left. One that died without a word counts until another notices.</summary>
    public static async Task<bool> HasSiloAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        return await IsTrueAsync(connection, AreThere, cancellationToken)
            && await IsTrueAsync(connection, $"select exists (select from {Name}.OrleansMembershipTable where status = {(int)SiloStatus.Active})", cancellationToken);
    }

    /// <summary>Makes what isn't there yet. Statements are written anew each time, so that silos of one version of this program find their own.</summary>
    public static async Task CreateAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync("select pg_advisory_xact_lock($1)", WorkSchema.AdvisoryLock);
        if (!await IsTrueAsync(connection, AreThere, cancellationToken))
        {
            await ExecuteAsync($"create schema if not exists {Name}; set local search_path to {Name}; {Tables}");
        }

        await ExecuteAsync(
            $"insert into {Name}.OrleansQuery (QueryKey, QueryText) select * from unnest($1, $2) on conflict (QueryKey) do update set QueryText = excluded.QueryText",
            s_queries.Keys.ToArray(), s_queries.Values.ToArray());
        await transaction.CommitAsync(cancellationToken);

        async Task ExecuteAsync(string sql, params object[] values)
        {
            await using NpgsqlCommand command = new(sql, connection);
            Array.ForEach(values, value => command.Parameters.Add(new NpgsqlParameter { Value = value }));
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static async Task<bool> IsTrueAsync(NpgsqlConnection connection, string question, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(question, connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
