// Made from proto/*.proto by the test `the_tables_fit_the_proto_files`; do not edit.

use super::{Enum, Field, Kind::*, Message, Shape, Texts, indent};

macro_rules! field {
    ($name:literal, $number:literal, $kind:expr, $zero:literal) => {
        Field::new(
            $name,
            Texts {
                zero: concat!("\"", $name, "\": ", $zero),
                member: concat!(",\"", $name, "\":\""),
                line: concat!(indent!(), $name, ": \""),
                head: concat!(indent!(), $name, ": <\n"),
            },
            $number,
            $kind,
        )
    };
}

/// `google.protobuf.Timestamp`
pub static TIMESTAMP: Message = Message {
    name: "google.protobuf.Timestamp",
    shape: Shape::Timestamp,
    fields: &[
        field!("seconds", 1, Int64, "0"),
        field!("nanos", 2, Int32, "0"),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"seconds\":0,\"nanos\":0",
    absent_ends: &[(12, 1), (22, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `google.protobuf.Any`
pub static ANY: Message = Message {
    name: "google.protobuf.Any",
    shape: Shape::Any,
    fields: &[
        field!("type_url", 1, String, "\"\""),
        field!("value", 2, Bytes, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"type_url\":\"\",\"value\":\"\"",
    absent_ends: &[(14, 1), (25, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `google.protobuf.BoolValue`
pub static BOOL_VALUE: Message = Message {
    name: "google.protobuf.BoolValue",
    shape: Shape::Wrapper,
    fields: &[
        field!("value", 1, Bool, "false"),
    ],
    numbers: &[0, 1],
    absent: ",\"value\":false",
    absent_ends: &[(14, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `google.protobuf.Duration`
pub static DURATION: Message = Message {
    name: "google.protobuf.Duration",
    shape: Shape::Duration,
    fields: &[
        field!("seconds", 1, Int64, "0"),
        field!("nanos", 2, Int32, "0"),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"seconds\":0,\"nanos\":0",
    absent_ends: &[(12, 1), (22, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `google.protobuf.Int64Value`
pub static INT64_VALUE: Message = Message {
    name: "google.protobuf.Int64Value",
    shape: Shape::Wrapper,
    fields: &[
        field!("value", 1, Int64, "0"),
    ],
    numbers: &[0, 1],
    absent: ",\"value\":0",
    absent_ends: &[(10, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Meta`
pub static META: Message = Message {
    name: "docker.swarmkit.v1.Meta",
    shape: Shape::Plain,
    fields: &[
        field!("version", 1, Message(&VERSION), "").always(),
        field!("created_at", 2, Message(&TIMESTAMP), ""),
        field!("updated_at", 3, Message(&TIMESTAMP), ""),
    ],
    numbers: &[0, 1, 2, 3],
    absent: "",
    absent_ends: &[(0, 0), (0, 0), (0, 0)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x1,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Version`
pub static VERSION: Message = Message {
    name: "docker.swarmkit.v1.Version",
    shape: Shape::Plain,
    fields: &[
        field!("index", 1, Uint64, "0"),
    ],
    numbers: &[0, 1],
    absent: ",\"index\":0",
    absent_ends: &[(10, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Annotations`
pub static ANNOTATIONS: Message = Message {
    name: "docker.swarmkit.v1.Annotations",
    shape: Shape::Plain,
    fields: &[
        field!("name", 1, String, "\"\""),
        field!("labels", 2, Map(&ANNOTATIONS_LABELS_ENTRY), "{}"),
        field!("indices", 4, Message(&INDEX_ENTRY), "[]").repeated(),
    ],
    numbers: &[0, 1, 2, 0, 3],
    absent: ",\"name\":\"\",\"labels\":{},\"indices\":[]",
    absent_ends: &[(10, 1), (22, 2), (35, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Annotations.LabelsEntry`
pub static ANNOTATIONS_LABELS_ENTRY: Message = Message {
    name: "docker.swarmkit.v1.Annotations.LabelsEntry",
    shape: Shape::Plain,
    fields: &[
        field!("key", 1, String, "\"\""),
        field!("value", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"key\":\"\",\"value\":\"\"",
    absent_ends: &[(9, 1), (20, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.IndexEntry`
pub static INDEX_ENTRY: Message = Message {
    name: "docker.swarmkit.v1.IndexEntry",
    shape: Shape::Plain,
    fields: &[
        field!("key", 1, String, "\"\""),
        field!("val", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"key\":\"\",\"val\":\"\"",
    absent_ends: &[(9, 1), (18, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Platform`
pub static PLATFORM: Message = Message {
    name: "docker.swarmkit.v1.Platform",
    shape: Shape::Plain,
    fields: &[
        field!("architecture", 1, String, "\"\""),
        field!("os", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"architecture\":\"\",\"os\":\"\"",
    absent_ends: &[(18, 1), (26, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Resources`
pub static RESOURCES: Message = Message {
    name: "docker.swarmkit.v1.Resources",
    shape: Shape::Plain,
    fields: &[
        field!("nano_cpus", 1, Int64, "0"),
        field!("memory_bytes", 2, Int64, "0"),
        field!("generic", 3, Message(&GENERIC_RESOURCE), "[]").repeated(),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"nano_cpus\":0,\"memory_bytes\":0,\"generic\":[]",
    absent_ends: &[(14, 1), (31, 2), (44, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.GenericResource`
pub static GENERIC_RESOURCE: Message = Message {
    name: "docker.swarmkit.v1.GenericResource",
    shape: Shape::Plain,
    fields: &[
        field!("named_resource_spec", 1, Message(&NAMED_GENERIC_RESOURCE), "").oneof("resource", 0, 2),
        field!("discrete_resource_spec", 2, Message(&DISCRETE_GENERIC_RESOURCE), "").oneof("resource", 0, 2),
    ],
    numbers: &[0, 1, 2],
    absent: "",
    absent_ends: &[(0, 0), (0, 0)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.NamedGenericResource`
pub static NAMED_GENERIC_RESOURCE: Message = Message {
    name: "docker.swarmkit.v1.NamedGenericResource",
    shape: Shape::Plain,
    fields: &[
        field!("kind", 1, String, "\"\""),
        field!("value", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"kind\":\"\",\"value\":\"\"",
    absent_ends: &[(10, 1), (21, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.DiscreteGenericResource`
pub static DISCRETE_GENERIC_RESOURCE: Message = Message {
    name: "docker.swarmkit.v1.DiscreteGenericResource",
    shape: Shape::Plain,
    fields: &[
        field!("kind", 1, String, "\"\""),
        field!("value", 2, Int64, "0"),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"kind\":\"\",\"value\":0",
    absent_ends: &[(10, 1), (20, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Topology`
pub static TOPOLOGY: Message = Message {
    name: "docker.swarmkit.v1.Topology",
    shape: Shape::Plain,
    fields: &[
        field!("segments", 1, Map(&TOPOLOGY_SEGMENTS_ENTRY), "{}"),
    ],
    numbers: &[0, 1],
    absent: ",\"segments\":{}",
    absent_ends: &[(14, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Topology.SegmentsEntry`
pub static TOPOLOGY_SEGMENTS_ENTRY: Message = Message {
    name: "docker.swarmkit.v1.Topology.SegmentsEntry",
    shape: Shape::Plain,
    fields: &[
        field!("key", 1, String, "\"\""),
        field!("value", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"key\":\"\",\"value\":\"\"",
    absent_ends: &[(9, 1), (20, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Driver`
pub static DRIVER: Message = Message {
    name: "docker.swarmkit.v1.Driver",
    shape: Shape::Plain,
    fields: &[
        field!("name", 1, String, "\"\""),
        field!("options", 2, Map(&DRIVER_OPTIONS_ENTRY), "{}"),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"name\":\"\",\"options\":{}",
    absent_ends: &[(10, 1), (23, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Driver.OptionsEntry`
pub static DRIVER_OPTIONS_ENTRY: Message = Message {
    name: "docker.swarmkit.v1.Driver.OptionsEntry",
    shape: Shape::Plain,
    fields: &[
        field!("key", 1, String, "\"\""),
        field!("value", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"key\":\"\",\"value\":\"\"",
    absent_ends: &[(9, 1), (20, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.IPAMOptions`
pub static IPAM_OPTIONS: Message = Message {
    name: "docker.swarmkit.v1.IPAMOptions",
    shape: Shape::Plain,
    fields: &[
        field!("driver", 1, Message(&DRIVER), ""),
        field!("configs", 3, Message(&IPAM_CONFIG), "[]").repeated(),
    ],
    numbers: &[0, 1, 0, 2],
    absent: ",\"configs\":[]",
    absent_ends: &[(0, 0), (13, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.IPAMConfig`
pub static IPAM_CONFIG: Message = Message {
    name: "docker.swarmkit.v1.IPAMConfig",
    shape: Shape::Plain,
    fields: &[
        field!("family", 1, Enum(&IPAM_CONFIG_ADDRESS_FAMILY), "\"UNKNOWN\""),
        field!("subnet", 2, String, "\"\""),
        field!("range", 3, String, "\"\""),
        field!("gateway", 4, String, "\"\""),
        field!("reserved", 5, Map(&IPAM_CONFIG_RESERVED_ENTRY), "{}"),
    ],
    numbers: &[0, 1, 2, 3, 4, 5],
    absent: ",\"family\":\"UNKNOWN\",\"subnet\":\"\",\"range\":\"\",\"gateway\":\"\",\"reserved\":{}",
    absent_ends: &[(19, 1), (31, 2), (42, 3), (55, 4), (69, 5)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.IPAMConfig.ReservedEntry`
pub static IPAM_CONFIG_RESERVED_ENTRY: Message = Message {
    name: "docker.swarmkit.v1.IPAMConfig.ReservedEntry",
    shape: Shape::Plain,
    fields: &[
        field!("key", 1, String, "\"\""),
        field!("value", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"key\":\"\",\"value\":\"\"",
    absent_ends: &[(9, 1), (20, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.PortConfig`
pub static PORT_CONFIG: Message = Message {
    name: "docker.swarmkit.v1.PortConfig",
    shape: Shape::Plain,
    fields: &[
        field!("name", 1, String, "\"\""),
        field!("protocol", 2, Enum(&PORT_CONFIG_PROTOCOL), "\"TCP\""),
        field!("target_port", 3, Uint32, "0"),
        field!("published_port", 4, Uint32, "0"),
        field!("publish_mode", 5, Enum(&PORT_CONFIG_PUBLISH_MODE), "\"INGRESS\""),
    ],
    numbers: &[0, 1, 2, 3, 4, 5],
    absent: ",\"name\":\"\",\"protocol\":\"TCP\",\"target_port\":0,\"published_port\":0,\"publish_mode\":\"INGRESS\"",
    absent_ends: &[(10, 1), (27, 2), (43, 3), (62, 4), (87, 5)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.RaftMember`
pub static RAFT_MEMBER: Message = Message {
    name: "docker.swarmkit.v1.RaftMember",
    shape: Shape::Plain,
    fields: &[
        field!("raft_id", 1, Uint64, "\"0\"").raft_id(),
        field!("node_id", 2, String, "\"\""),
        field!("addr", 3, String, "\"\""),
        field!("status", 4, Message(&RAFT_MEMBER_STATUS), "").always(),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"raft_id\":\"0\",\"node_id\":\"\",\"addr\":\"\"",
    absent_ends: &[(14, 1), (27, 2), (37, 3), (37, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x8,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.RaftMemberStatus`
pub static RAFT_MEMBER_STATUS: Message = Message {
    name: "docker.swarmkit.v1.RaftMemberStatus",
    shape: Shape::Plain,
    fields: &[
        field!("leader", 1, Bool, "false"),
        field!("reachability", 2, Enum(&RAFT_MEMBER_STATUS_REACHABILITY), "\"UNKNOWN\""),
        field!("message", 3, String, "\"\""),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"leader\":false,\"reachability\":\"UNKNOWN\",\"message\":\"\"",
    absent_ends: &[(15, 1), (40, 2), (53, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.NodeSpec`
pub static NODE_SPEC: Message = Message {
    name: "docker.swarmkit.v1.NodeSpec",
    shape: Shape::Plain,
    fields: &[
        field!("annotations", 1, Message(&ANNOTATIONS), "").always(),
        field!("desired_role", 2, Enum(&NODE_ROLE), "\"WORKER\""),
        field!("membership", 3, Enum(&NODE_SPEC_MEMBERSHIP), "\"PENDING\""),
        field!("availability", 4, Enum(&NODE_SPEC_AVAILABILITY), "\"ACTIVE\""),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"desired_role\":\"WORKER\",\"membership\":\"PENDING\",\"availability\":\"ACTIVE\"",
    absent_ends: &[(0, 0), (24, 1), (47, 2), (71, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x1,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.NetworkSpec`
pub static NETWORK_SPEC: Message = Message {
    name: "docker.swarmkit.v1.NetworkSpec",
    shape: Shape::Plain,
    fields: &[
        field!("annotations", 1, Message(&ANNOTATIONS), "").always(),
        field!("driver_config", 2, Message(&DRIVER), ""),
        field!("ipv6_enabled", 3, Bool, "false"),
        field!("internal", 4, Bool, "false"),
        field!("ipam", 5, Message(&IPAM_OPTIONS), ""),
        field!("attachable", 6, Bool, "false"),
        field!("ingress", 7, Bool, "false"),
        field!("network", 8, String, "").oneof("config_from", 7, 8),
    ],
    numbers: &[0, 1, 2, 3, 4, 5, 6, 7, 8],
    absent: ",\"ipv6_enabled\":false,\"internal\":false,\"attachable\":false,\"ingress\":false",
    absent_ends: &[(0, 0), (0, 0), (21, 1), (38, 2), (38, 2), (57, 3), (73, 4), (73, 4)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8],
    always: 0x1,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ServiceSpec`
pub static SERVICE_SPEC: Message = Message {
    name: "docker.swarmkit.v1.ServiceSpec",
    shape: Shape::Plain,
    fields: &[
        field!("annotations", 1, Message(&ANNOTATIONS), "").always(),
        field!("task", 2, Message(&TASK_SPEC), "").always(),
        field!("replicated", 3, Message(&REPLICATED_SERVICE), "").oneof("mode", 2, 6),
        field!("global", 4, Message(&GLOBAL_SERVICE), "").oneof("mode", 2, 6),
        field!("replicated_job", 10, Message(&REPLICATED_JOB), "").oneof("mode", 2, 6),
        field!("global_job", 11, Message(&GLOBAL_JOB), "").oneof("mode", 2, 6),
        field!("update", 6, Message(&UPDATE_CONFIG), ""),
        field!("rollback", 9, Message(&UPDATE_CONFIG), ""),
        field!("networks", 7, Message(&NETWORK_ATTACHMENT_CONFIG), "[]").repeated(),
        field!("endpoint", 8, Message(&ENDPOINT_SPEC), ""),
    ],
    numbers: &[0, 1, 2, 3, 4, 0, 7, 9, 10, 8, 5, 6],
    absent: ",\"networks\":[]",
    absent_ends: &[(0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (14, 1), (14, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6],
    always: 0x3,
    rising: false,
    unique: false,
};

/// `docker.swarmkit.v1.TaskSpec`
pub static TASK_SPEC: Message = Message {
    name: "docker.swarmkit.v1.TaskSpec",
    shape: Shape::Plain,
    fields: &[
        field!("attachment", 8, Message(&NETWORK_ATTACHMENT_SPEC), "").oneof("runtime", 0, 3),
        field!("container", 1, Message(&CONTAINER_SPEC), "").oneof("runtime", 0, 3),
        field!("generic", 10, Message(&GENERIC_RUNTIME_SPEC), "").oneof("runtime", 0, 3),
        field!("resources", 2, Message(&RESOURCE_REQUIREMENTS), ""),
        field!("restart", 4, Message(&RESTART_POLICY), ""),
        field!("placement", 5, Message(&PLACEMENT), ""),
        field!("log_driver", 6, Message(&DRIVER), ""),
        field!("networks", 7, Message(&NETWORK_ATTACHMENT_CONFIG), "[]").repeated(),
        field!("force_update", 9, Uint64, "0"),
        field!("resource_references", 11, Message(&RESOURCE_REFERENCE), "[]").repeated(),
    ],
    numbers: &[0, 2, 4, 0, 5, 6, 7, 8, 1, 9, 3, 10],
    absent: ",\"networks\":[],\"force_update\":0,\"resource_references\":[]",
    absent_ends: &[(0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (14, 1), (31, 2), (56, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 10],
    always: 0x0,
    rising: false,
    unique: false,
};

/// `docker.swarmkit.v1.NetworkAttachmentSpec`
pub static NETWORK_ATTACHMENT_SPEC: Message = Message {
    name: "docker.swarmkit.v1.NetworkAttachmentSpec",
    shape: Shape::Plain,
    fields: &[
        field!("container_id", 1, String, "\"\""),
    ],
    numbers: &[0, 1],
    absent: ",\"container_id\":\"\"",
    absent_ends: &[(18, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ContainerSpec`
pub static CONTAINER_SPEC: Message = Message {
    name: "docker.swarmkit.v1.ContainerSpec",
    shape: Shape::Plain,
    fields: &[
        field!("image", 1, String, "\"\""),
        field!("labels", 2, Map(&CONTAINER_SPEC_LABELS_ENTRY), "{}"),
        field!("command", 3, String, "[]").repeated(),
        field!("args", 4, String, "[]").repeated(),
        field!("hostname", 14, String, "\"\""),
        field!("env", 5, String, "[]").repeated(),
        field!("dir", 6, String, "\"\""),
        field!("user", 7, String, "\"\""),
        field!("groups", 11, String, "[]").repeated(),
        field!("privileges", 22, Message(&PRIVILEGES), ""),
        field!("init", 23, Message(&BOOL_VALUE), ""),
        field!("tty", 13, Bool, "false"),
        field!("open_stdin", 18, Bool, "false"),
        field!("read_only", 19, Bool, "false"),
        field!("stop_signal", 20, String, "\"\""),
        field!("mounts", 8, Message(&MOUNT), "[]").repeated(),
        field!("stop_grace_period", 9, Message(&DURATION), ""),
        field!("pull_options", 10, Message(&CONTAINER_SPEC_PULL_OPTIONS), ""),
        field!("secrets", 12, Message(&SECRET_REFERENCE), "[]").repeated(),
        field!("configs", 21, Message(&CONFIG_REFERENCE), "[]").repeated(),
        field!("hosts", 17, String, "[]").repeated(),
        field!("dns_config", 15, Message(&CONTAINER_SPEC_DNS_CONFIG), ""),
        field!("healthcheck", 16, Message(&HEALTH_CONFIG), ""),
        field!("isolation", 24, Enum(&CONTAINER_SPEC_ISOLATION), "\"ISOLATION_DEFAULT\""),
        field!("pidsLimit", 25, Int64, "0"),
        field!("sysctls", 26, Map(&CONTAINER_SPEC_SYSCTLS_ENTRY), "{}"),
        field!("capability_add", 27, String, "[]").repeated(),
        field!("capability_drop", 28, String, "[]").repeated(),
        field!("ulimits", 29, Message(&CONTAINER_SPEC_ULIMIT), "[]").repeated(),
        field!("oom_score_adj", 30, Int64, "0"),
    ],
    numbers: &[0, 1, 2, 3, 4, 6, 7, 8, 16, 17, 18, 9, 19, 12, 5, 22, 23, 21, 13, 14, 15, 20, 10, 11, 24, 25, 26, 27, 28, 29, 30],
    absent: ",\"image\":\"\",\"labels\":{},\"command\":[],\"args\":[],\"hostname\":\"\",\"env\":[],\"dir\":\"\",\"user\":\"\",\"groups\":[],\"tty\":false,\"open_stdin\":false,\"read_only\":false,\"stop_signal\":\"\",\"mounts\":[],\"secrets\":[],\"configs\":[],\"hosts\":[],\"isolation\":\"ISOLATION_DEFAULT\",\"pidsLimit\":0,\"sysctls\":{},\"capability_add\":[],\"capability_drop\":[],\"ulimits\":[],\"oom_score_adj\":0",
    absent_ends: &[(11, 1), (23, 2), (36, 3), (46, 4), (60, 5), (69, 6), (78, 7), (88, 8), (100, 9), (100, 9), (100, 9), (112, 10), (131, 11), (149, 12), (166, 13), (178, 14), (178, 14), (178, 14), (191, 15), (204, 16), (215, 17), (215, 17), (215, 17), (247, 18), (261, 19), (274, 20), (294, 21), (315, 22), (328, 23), (346, 24)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0, 18, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 19, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 22, 0, 0, 0, 0, 0, 0, 0, 23, 0, 0, 0, 0, 0, 0, 0, 21, 0, 0, 0, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0, 14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 15, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 11, 0, 0, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0, 27, 0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 0, 0, 0, 0, 29, 0, 0, 0, 0, 0, 30],
    always: 0x0,
    rising: false,
    unique: false,
};

/// `docker.swarmkit.v1.ContainerSpec.PullOptions`
pub static CONTAINER_SPEC_PULL_OPTIONS: Message = Message {
    name: "docker.swarmkit.v1.ContainerSpec.PullOptions",
    shape: Shape::Plain,
    fields: &[
        field!("registry_auth", 64, String, "\"\""),
    ],
    numbers: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    absent: ",\"registry_auth\":\"\"",
    absent_ends: &[(19, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ContainerSpec.DNSConfig`
pub static CONTAINER_SPEC_DNS_CONFIG: Message = Message {
    name: "docker.swarmkit.v1.ContainerSpec.DNSConfig",
    shape: Shape::Plain,
    fields: &[
        field!("nameservers", 1, String, "[]").repeated(),
        field!("search", 2, String, "[]").repeated(),
        field!("options", 3, String, "[]").repeated(),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"nameservers\":[],\"search\":[],\"options\":[]",
    absent_ends: &[(17, 1), (29, 2), (42, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ContainerSpec.Ulimit`
pub static CONTAINER_SPEC_ULIMIT: Message = Message {
    name: "docker.swarmkit.v1.ContainerSpec.Ulimit",
    shape: Shape::Plain,
    fields: &[
        field!("name", 1, String, "\"\""),
        field!("soft", 2, Int64, "0"),
        field!("hard", 3, Int64, "0"),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"name\":\"\",\"soft\":0,\"hard\":0",
    absent_ends: &[(10, 1), (19, 2), (28, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ContainerSpec.LabelsEntry`
pub static CONTAINER_SPEC_LABELS_ENTRY: Message = Message {
    name: "docker.swarmkit.v1.ContainerSpec.LabelsEntry",
    shape: Shape::Plain,
    fields: &[
        field!("key", 1, String, "\"\""),
        field!("value", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"key\":\"\",\"value\":\"\"",
    absent_ends: &[(9, 1), (20, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ContainerSpec.SysctlsEntry`
pub static CONTAINER_SPEC_SYSCTLS_ENTRY: Message = Message {
    name: "docker.swarmkit.v1.ContainerSpec.SysctlsEntry",
    shape: Shape::Plain,
    fields: &[
        field!("key", 1, String, "\"\""),
        field!("value", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"key\":\"\",\"value\":\"\"",
    absent_ends: &[(9, 1), (20, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Privileges`
pub static PRIVILEGES: Message = Message {
    name: "docker.swarmkit.v1.Privileges",
    shape: Shape::Plain,
    fields: &[
        field!("credential_spec", 1, Message(&PRIVILEGES_CREDENTIAL_SPEC), ""),
        field!("selinux_context", 2, Message(&PRIVILEGES_SE_LINUX_CONTEXT), ""),
        field!("seccomp", 3, Message(&PRIVILEGES_SECCOMP_OPTS), ""),
        field!("apparmor", 4, Message(&PRIVILEGES_APP_ARMOR_OPTS), ""),
        field!("no_new_privileges", 5, Bool, "false"),
    ],
    numbers: &[0, 1, 2, 3, 4, 5],
    absent: ",\"no_new_privileges\":false",
    absent_ends: &[(0, 0), (0, 0), (0, 0), (0, 0), (26, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 5],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Privileges.CredentialSpec`
pub static PRIVILEGES_CREDENTIAL_SPEC: Message = Message {
    name: "docker.swarmkit.v1.Privileges.CredentialSpec",
    shape: Shape::Plain,
    fields: &[
        field!("file", 1, String, "").oneof("source", 0, 3),
        field!("registry", 2, String, "").oneof("source", 0, 3),
        field!("config", 3, String, "").oneof("source", 0, 3),
    ],
    numbers: &[0, 1, 2, 3],
    absent: "",
    absent_ends: &[(0, 0), (0, 0), (0, 0)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Privileges.SELinuxContext`
pub static PRIVILEGES_SE_LINUX_CONTEXT: Message = Message {
    name: "docker.swarmkit.v1.Privileges.SELinuxContext",
    shape: Shape::Plain,
    fields: &[
        field!("disable", 1, Bool, "false"),
        field!("user", 2, String, "\"\""),
        field!("role", 3, String, "\"\""),
        field!("type", 4, String, "\"\""),
        field!("level", 5, String, "\"\""),
    ],
    numbers: &[0, 1, 2, 3, 4, 5],
    absent: ",\"disable\":false,\"user\":\"\",\"role\":\"\",\"type\":\"\",\"level\":\"\"",
    absent_ends: &[(16, 1), (26, 2), (36, 3), (46, 4), (57, 5)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Privileges.SeccompOpts`
pub static PRIVILEGES_SECCOMP_OPTS: Message = Message {
    name: "docker.swarmkit.v1.Privileges.SeccompOpts",
    shape: Shape::Plain,
    fields: &[
        field!("mode", 1, Enum(&PRIVILEGES_SECCOMP_OPTS_SECCOMP_MODE), "\"DEFAULT\""),
        field!("profile", 2, Bytes, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"mode\":\"DEFAULT\",\"profile\":\"\"",
    absent_ends: &[(17, 1), (30, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Privileges.AppArmorOpts`
pub static PRIVILEGES_APP_ARMOR_OPTS: Message = Message {
    name: "docker.swarmkit.v1.Privileges.AppArmorOpts",
    shape: Shape::Plain,
    fields: &[
        field!("mode", 1, Enum(&PRIVILEGES_APP_ARMOR_OPTS_APP_ARMOR_MODE), "\"DEFAULT\""),
    ],
    numbers: &[0, 1],
    absent: ",\"mode\":\"DEFAULT\"",
    absent_ends: &[(17, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Mount`
pub static MOUNT: Message = Message {
    name: "docker.swarmkit.v1.Mount",
    shape: Shape::Plain,
    fields: &[
        field!("type", 1, Enum(&MOUNT_TYPE), "\"BIND\""),
        field!("source", 2, String, "\"\""),
        field!("target", 3, String, "\"\""),
        field!("readonly", 4, Bool, "false"),
        field!("consistency", 8, Enum(&MOUNT_CONSISTENCY), "\"DEFAULT\""),
        field!("bind_options", 5, Message(&MOUNT_BIND_OPTIONS), ""),
        field!("volume_options", 6, Message(&MOUNT_VOLUME_OPTIONS), ""),
        field!("tmpfs_options", 7, Message(&MOUNT_TMPFS_OPTIONS), ""),
    ],
    numbers: &[0, 1, 2, 3, 4, 6, 7, 8, 5],
    absent: ",\"type\":\"BIND\",\"source\":\"\",\"target\":\"\",\"readonly\":false,\"consistency\":\"DEFAULT\"",
    absent_ends: &[(14, 1), (26, 2), (38, 3), (55, 4), (79, 5), (79, 5), (79, 5), (79, 5)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 5],
    always: 0x0,
    rising: false,
    unique: false,
};

/// `docker.swarmkit.v1.Mount.BindOptions`
pub static MOUNT_BIND_OPTIONS: Message = Message {
    name: "docker.swarmkit.v1.Mount.BindOptions",
    shape: Shape::Plain,
    fields: &[
        field!("propagation", 1, Enum(&MOUNT_BIND_OPTIONS_PROPAGATION), "\"RPRIVATE\""),
        field!("nonrecursive", 2, Bool, "false"),
        field!("createmountpoint", 3, Bool, "false"),
        field!("readonlynonrecursive", 4, Bool, "false"),
        field!("readonlyforcerecursive", 5, Bool, "false"),
    ],
    numbers: &[0, 1, 2, 3, 4, 5],
    absent: ",\"propagation\":\"RPRIVATE\",\"nonrecursive\":false,\"createmountpoint\":false,\"readonlynonrecursive\":false,\"readonlyforcerecursive\":false",
    absent_ends: &[(25, 1), (46, 2), (71, 3), (100, 4), (131, 5)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Mount.VolumeOptions`
pub static MOUNT_VOLUME_OPTIONS: Message = Message {
    name: "docker.swarmkit.v1.Mount.VolumeOptions",
    shape: Shape::Plain,
    fields: &[
        field!("nocopy", 1, Bool, "false"),
        field!("labels", 2, Map(&MOUNT_VOLUME_OPTIONS_LABELS_ENTRY), "{}"),
        field!("driver_config", 3, Message(&DRIVER), ""),
        field!("subpath", 4, String, "\"\""),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"nocopy\":false,\"labels\":{},\"subpath\":\"\"",
    absent_ends: &[(15, 1), (27, 2), (27, 2), (40, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Mount.VolumeOptions.LabelsEntry`
pub static MOUNT_VOLUME_OPTIONS_LABELS_ENTRY: Message = Message {
    name: "docker.swarmkit.v1.Mount.VolumeOptions.LabelsEntry",
    shape: Shape::Plain,
    fields: &[
        field!("key", 1, String, "\"\""),
        field!("value", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"key\":\"\",\"value\":\"\"",
    absent_ends: &[(9, 1), (20, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Mount.TmpfsOptions`
pub static MOUNT_TMPFS_OPTIONS: Message = Message {
    name: "docker.swarmkit.v1.Mount.TmpfsOptions",
    shape: Shape::Plain,
    fields: &[
        field!("size_bytes", 1, Int64, "0"),
        field!("mode", 2, Uint32, "0").file_mode(),
        field!("options", 3, String, "\"\""),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"size_bytes\":0,\"mode\":0,\"options\":\"\"",
    absent_ends: &[(15, 1), (24, 2), (37, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.SecretReference`
pub static SECRET_REFERENCE: Message = Message {
    name: "docker.swarmkit.v1.SecretReference",
    shape: Shape::Plain,
    fields: &[
        field!("secret_id", 1, String, "\"\""),
        field!("secret_name", 2, String, "\"\""),
        field!("file", 3, Message(&FILE_TARGET), "").oneof("target", 2, 3),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"secret_id\":\"\",\"secret_name\":\"\"",
    absent_ends: &[(15, 1), (32, 2), (32, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.FileTarget`
pub static FILE_TARGET: Message = Message {
    name: "docker.swarmkit.v1.FileTarget",
    shape: Shape::Plain,
    fields: &[
        field!("name", 1, String, "\"\""),
        field!("uid", 2, String, "\"\""),
        field!("gid", 3, String, "\"\""),
        field!("mode", 4, Uint32, "0").file_mode(),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"name\":\"\",\"uid\":\"\",\"gid\":\"\",\"mode\":0",
    absent_ends: &[(10, 1), (19, 2), (28, 3), (37, 4)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 4],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ConfigReference`
pub static CONFIG_REFERENCE: Message = Message {
    name: "docker.swarmkit.v1.ConfigReference",
    shape: Shape::Plain,
    fields: &[
        field!("config_id", 1, String, "\"\""),
        field!("config_name", 2, String, "\"\""),
        field!("file", 3, Message(&FILE_TARGET), "").oneof("target", 2, 4),
        field!("runtime", 4, Message(&RUNTIME_TARGET), "").oneof("target", 2, 4),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"config_id\":\"\",\"config_name\":\"\"",
    absent_ends: &[(15, 1), (32, 2), (32, 2), (32, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.RuntimeTarget`
pub static RUNTIME_TARGET: Message = Message {
    name: "docker.swarmkit.v1.RuntimeTarget",
    shape: Shape::Plain,
    fields: &[],
    numbers: &[],
    absent: "",
    absent_ends: &[],
    tags: &[],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.HealthConfig`
pub static HEALTH_CONFIG: Message = Message {
    name: "docker.swarmkit.v1.HealthConfig",
    shape: Shape::Plain,
    fields: &[
        field!("test", 1, String, "[]").repeated(),
        field!("interval", 2, Message(&DURATION), ""),
        field!("timeout", 3, Message(&DURATION), ""),
        field!("retries", 4, Int32, "0"),
        field!("start_period", 5, Message(&DURATION), ""),
        field!("start_interval", 6, Message(&DURATION), ""),
    ],
    numbers: &[0, 1, 2, 3, 4, 5, 6],
    absent: ",\"test\":[],\"retries\":0",
    absent_ends: &[(10, 1), (10, 1), (10, 1), (22, 2), (22, 2), (22, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.GenericRuntimeSpec`
pub static GENERIC_RUNTIME_SPEC: Message = Message {
    name: "docker.swarmkit.v1.GenericRuntimeSpec",
    shape: Shape::Plain,
    fields: &[
        field!("kind", 1, String, "\"\""),
        field!("payload", 2, Message(&ANY), ""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"kind\":\"\"",
    absent_ends: &[(10, 1), (10, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ResourceRequirements`
pub static RESOURCE_REQUIREMENTS: Message = Message {
    name: "docker.swarmkit.v1.ResourceRequirements",
    shape: Shape::Plain,
    fields: &[
        field!("limits", 1, Message(&RESOURCES), ""),
        field!("reservations", 2, Message(&RESOURCES), ""),
        field!("swap_bytes", 3, Message(&INT64_VALUE), ""),
        field!("memory_swappiness", 4, Message(&INT64_VALUE), ""),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: "",
    absent_ends: &[(0, 0), (0, 0), (0, 0), (0, 0)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.RestartPolicy`
pub static RESTART_POLICY: Message = Message {
    name: "docker.swarmkit.v1.RestartPolicy",
    shape: Shape::Plain,
    fields: &[
        field!("condition", 1, Enum(&RESTART_POLICY_RESTART_CONDITION), "\"NONE\""),
        field!("delay", 2, Message(&DURATION), ""),
        field!("max_attempts", 3, Uint64, "0"),
        field!("window", 4, Message(&DURATION), ""),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"condition\":\"NONE\",\"max_attempts\":0",
    absent_ends: &[(19, 1), (19, 1), (36, 2), (36, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Placement`
pub static PLACEMENT: Message = Message {
    name: "docker.swarmkit.v1.Placement",
    shape: Shape::Plain,
    fields: &[
        field!("constraints", 1, String, "[]").repeated(),
        field!("preferences", 2, Message(&PLACEMENT_PREFERENCE), "[]").repeated(),
        field!("platforms", 3, Message(&PLATFORM), "[]").repeated(),
        field!("max_replicas", 4, Uint64, "0"),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"constraints\":[],\"preferences\":[],\"platforms\":[],\"max_replicas\":0",
    absent_ends: &[(17, 1), (34, 2), (49, 3), (66, 4)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 4],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.PlacementPreference`
pub static PLACEMENT_PREFERENCE: Message = Message {
    name: "docker.swarmkit.v1.PlacementPreference",
    shape: Shape::Plain,
    fields: &[
        field!("spread", 1, Message(&SPREAD_OVER), "").oneof("Preference", 0, 1),
    ],
    numbers: &[0, 1],
    absent: "",
    absent_ends: &[(0, 0)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.SpreadOver`
pub static SPREAD_OVER: Message = Message {
    name: "docker.swarmkit.v1.SpreadOver",
    shape: Shape::Plain,
    fields: &[
        field!("spread_descriptor", 1, String, "\"\""),
    ],
    numbers: &[0, 1],
    absent: ",\"spread_descriptor\":\"\"",
    absent_ends: &[(23, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.NetworkAttachmentConfig`
pub static NETWORK_ATTACHMENT_CONFIG: Message = Message {
    name: "docker.swarmkit.v1.NetworkAttachmentConfig",
    shape: Shape::Plain,
    fields: &[
        field!("target", 1, String, "\"\""),
        field!("aliases", 2, String, "[]").repeated(),
        field!("addresses", 3, String, "[]").repeated(),
        field!("driver_attachment_opts", 4, Map(&NETWORK_ATTACHMENT_CONFIG_DRIVER_ATTACHMENT_OPTS_ENTRY), "{}"),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"target\":\"\",\"aliases\":[],\"addresses\":[],\"driver_attachment_opts\":{}",
    absent_ends: &[(12, 1), (25, 2), (40, 3), (68, 4)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.NetworkAttachmentConfig.DriverAttachmentOptsEntry`
pub static NETWORK_ATTACHMENT_CONFIG_DRIVER_ATTACHMENT_OPTS_ENTRY: Message = Message {
    name: "docker.swarmkit.v1.NetworkAttachmentConfig.DriverAttachmentOptsEntry",
    shape: Shape::Plain,
    fields: &[
        field!("key", 1, String, "\"\""),
        field!("value", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"key\":\"\",\"value\":\"\"",
    absent_ends: &[(9, 1), (20, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ResourceReference`
pub static RESOURCE_REFERENCE: Message = Message {
    name: "docker.swarmkit.v1.ResourceReference",
    shape: Shape::Plain,
    fields: &[
        field!("resource_id", 1, String, "\"\""),
        field!("resource_type", 2, Enum(&RESOURCE_TYPE), "\"TASK\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"resource_id\":\"\",\"resource_type\":\"TASK\"",
    absent_ends: &[(17, 1), (40, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ReplicatedService`
pub static REPLICATED_SERVICE: Message = Message {
    name: "docker.swarmkit.v1.ReplicatedService",
    shape: Shape::Plain,
    fields: &[
        field!("replicas", 1, Uint64, "0"),
    ],
    numbers: &[0, 1],
    absent: ",\"replicas\":0",
    absent_ends: &[(13, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.GlobalService`
pub static GLOBAL_SERVICE: Message = Message {
    name: "docker.swarmkit.v1.GlobalService",
    shape: Shape::Plain,
    fields: &[],
    numbers: &[],
    absent: "",
    absent_ends: &[],
    tags: &[],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ReplicatedJob`
pub static REPLICATED_JOB: Message = Message {
    name: "docker.swarmkit.v1.ReplicatedJob",
    shape: Shape::Plain,
    fields: &[
        field!("max_concurrent", 1, Uint64, "0"),
        field!("total_completions", 2, Uint64, "0"),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"max_concurrent\":0,\"total_completions\":0",
    absent_ends: &[(19, 1), (41, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.GlobalJob`
pub static GLOBAL_JOB: Message = Message {
    name: "docker.swarmkit.v1.GlobalJob",
    shape: Shape::Plain,
    fields: &[],
    numbers: &[],
    absent: "",
    absent_ends: &[],
    tags: &[],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.UpdateConfig`
pub static UPDATE_CONFIG: Message = Message {
    name: "docker.swarmkit.v1.UpdateConfig",
    shape: Shape::Plain,
    fields: &[
        field!("parallelism", 1, Uint64, "0"),
        field!("delay", 2, Message(&DURATION), "").std_duration(),
        field!("failure_action", 3, Enum(&UPDATE_CONFIG_FAILURE_ACTION), "\"PAUSE\""),
        field!("monitor", 4, Message(&DURATION), ""),
        field!("max_failure_ratio", 5, Float, "0"),
        field!("order", 6, Enum(&UPDATE_CONFIG_UPDATE_ORDER), "\"STOP_FIRST\""),
    ],
    numbers: &[0, 1, 2, 3, 4, 5, 6],
    absent: ",\"parallelism\":0,\"failure_action\":\"PAUSE\",\"max_failure_ratio\":0,\"order\":\"STOP_FIRST\"",
    absent_ends: &[(16, 1), (16, 1), (41, 2), (41, 2), (63, 3), (84, 4)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.EndpointSpec`
pub static ENDPOINT_SPEC: Message = Message {
    name: "docker.swarmkit.v1.EndpointSpec",
    shape: Shape::Plain,
    fields: &[
        field!("mode", 1, Enum(&ENDPOINT_SPEC_RESOLUTION_MODE), "\"VIP\""),
        field!("ports", 2, Message(&PORT_CONFIG), "[]").repeated(),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"mode\":\"VIP\",\"ports\":[]",
    absent_ends: &[(13, 1), (24, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ClusterSpec`
pub static CLUSTER_SPEC: Message = Message {
    name: "docker.swarmkit.v1.ClusterSpec",
    shape: Shape::Plain,
    fields: &[
        field!("annotations", 1, Message(&ANNOTATIONS), "").always(),
        field!("acceptance_policy", 2, Message(&ACCEPTANCE_POLICY), "").always(),
        field!("orchestration", 3, Message(&ORCHESTRATION_CONFIG), "").always(),
        field!("raft", 4, Message(&RAFT_CONFIG), "").always(),
        field!("dispatcher", 5, Message(&DISPATCHER_CONFIG), "").always(),
        field!("ca_config", 6, Message(&CA_CONFIG), "").always(),
        field!("task_defaults", 7, Message(&TASK_DEFAULTS), "").always(),
        field!("encryption_config", 8, Message(&ENCRYPTION_CONFIG), "").always(),
    ],
    numbers: &[0, 1, 2, 3, 4, 5, 6, 7, 8],
    absent: "",
    absent_ends: &[(0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 8],
    always: 0xff,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.AcceptancePolicy`
pub static ACCEPTANCE_POLICY: Message = Message {
    name: "docker.swarmkit.v1.AcceptancePolicy",
    shape: Shape::Plain,
    fields: &[
        field!("policies", 1, Message(&ACCEPTANCE_POLICY_ROLE_ADMISSION_POLICY), "[]").repeated(),
    ],
    numbers: &[0, 1],
    absent: ",\"policies\":[]",
    absent_ends: &[(14, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.AcceptancePolicy.RoleAdmissionPolicy`
pub static ACCEPTANCE_POLICY_ROLE_ADMISSION_POLICY: Message = Message {
    name: "docker.swarmkit.v1.AcceptancePolicy.RoleAdmissionPolicy",
    shape: Shape::Plain,
    fields: &[
        field!("role", 1, Enum(&NODE_ROLE), "\"WORKER\""),
        field!("autoaccept", 2, Bool, "false"),
        field!("secret", 3, Message(&ACCEPTANCE_POLICY_ROLE_ADMISSION_POLICY_SECRET), ""),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"role\":\"WORKER\",\"autoaccept\":false",
    absent_ends: &[(16, 1), (35, 2), (35, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.AcceptancePolicy.RoleAdmissionPolicy.Secret`
pub static ACCEPTANCE_POLICY_ROLE_ADMISSION_POLICY_SECRET: Message = Message {
    name: "docker.swarmkit.v1.AcceptancePolicy.RoleAdmissionPolicy.Secret",
    shape: Shape::Plain,
    fields: &[
        field!("data", 1, Bytes, "\"\""),
        field!("alg", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"data\":\"\",\"alg\":\"\"",
    absent_ends: &[(10, 1), (19, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.OrchestrationConfig`
pub static ORCHESTRATION_CONFIG: Message = Message {
    name: "docker.swarmkit.v1.OrchestrationConfig",
    shape: Shape::Plain,
    fields: &[
        field!("task_history_retention_limit", 1, Int64, "0"),
    ],
    numbers: &[0, 1],
    absent: ",\"task_history_retention_limit\":0",
    absent_ends: &[(33, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.RaftConfig`
pub static RAFT_CONFIG: Message = Message {
    name: "docker.swarmkit.v1.RaftConfig",
    shape: Shape::Plain,
    fields: &[
        field!("snapshot_interval", 1, Uint64, "0"),
        field!("keep_old_snapshots", 2, Uint64, "0"),
        field!("log_entries_for_slow_followers", 3, Uint64, "0"),
        field!("heartbeat_tick", 4, Uint32, "0"),
        field!("election_tick", 5, Uint32, "0"),
    ],
    numbers: &[0, 1, 2, 3, 4, 5],
    absent: ",\"snapshot_interval\":0,\"keep_old_snapshots\":0,\"log_entries_for_slow_followers\":0,\"heartbeat_tick\":0,\"election_tick\":0",
    absent_ends: &[(22, 1), (45, 2), (80, 3), (99, 4), (117, 5)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.DispatcherConfig`
pub static DISPATCHER_CONFIG: Message = Message {
    name: "docker.swarmkit.v1.DispatcherConfig",
    shape: Shape::Plain,
    fields: &[
        field!("heartbeat_period", 1, Message(&DURATION), ""),
    ],
    numbers: &[0, 1],
    absent: "",
    absent_ends: &[(0, 0)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.CAConfig`
pub static CA_CONFIG: Message = Message {
    name: "docker.swarmkit.v1.CAConfig",
    shape: Shape::Plain,
    fields: &[
        field!("node_cert_expiry", 1, Message(&DURATION), ""),
        field!("external_cas", 2, Message(&EXTERNAL_CA), "[]").repeated(),
        field!("signing_ca_cert", 3, Bytes, "\"\""),
        field!("signing_ca_key", 4, Bytes, "\"\""),
        field!("force_rotate", 5, Uint64, "0"),
    ],
    numbers: &[0, 1, 2, 3, 4, 5],
    absent: ",\"external_cas\":[],\"signing_ca_cert\":\"\",\"signing_ca_key\":\"\",\"force_rotate\":0",
    absent_ends: &[(0, 0), (18, 1), (39, 2), (59, 3), (76, 4)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 5],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ExternalCA`
pub static EXTERNAL_CA: Message = Message {
    name: "docker.swarmkit.v1.ExternalCA",
    shape: Shape::Plain,
    fields: &[
        field!("protocol", 1, Enum(&EXTERNAL_CA_CA_PROTOCOL), "\"CFSSL\""),
        field!("url", 2, String, "\"\""),
        field!("options", 3, Map(&EXTERNAL_CA_OPTIONS_ENTRY), "{}"),
        field!("ca_cert", 4, Bytes, "\"\""),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"protocol\":\"CFSSL\",\"url\":\"\",\"options\":{},\"ca_cert\":\"\"",
    absent_ends: &[(19, 1), (28, 2), (41, 3), (54, 4)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ExternalCA.OptionsEntry`
pub static EXTERNAL_CA_OPTIONS_ENTRY: Message = Message {
    name: "docker.swarmkit.v1.ExternalCA.OptionsEntry",
    shape: Shape::Plain,
    fields: &[
        field!("key", 1, String, "\"\""),
        field!("value", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"key\":\"\",\"value\":\"\"",
    absent_ends: &[(9, 1), (20, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.TaskDefaults`
pub static TASK_DEFAULTS: Message = Message {
    name: "docker.swarmkit.v1.TaskDefaults",
    shape: Shape::Plain,
    fields: &[
        field!("log_driver", 1, Message(&DRIVER), ""),
    ],
    numbers: &[0, 1],
    absent: "",
    absent_ends: &[(0, 0)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.EncryptionConfig`
pub static ENCRYPTION_CONFIG: Message = Message {
    name: "docker.swarmkit.v1.EncryptionConfig",
    shape: Shape::Plain,
    fields: &[
        field!("auto_lock_managers", 1, Bool, "false"),
    ],
    numbers: &[0, 1],
    absent: ",\"auto_lock_managers\":false",
    absent_ends: &[(27, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.SecretSpec`
pub static SECRET_SPEC: Message = Message {
    name: "docker.swarmkit.v1.SecretSpec",
    shape: Shape::Plain,
    fields: &[
        field!("annotations", 1, Message(&ANNOTATIONS), "").always(),
        field!("data", 2, Bytes, "\"\""),
        field!("templating", 3, Message(&DRIVER), ""),
        field!("driver", 4, Message(&DRIVER), ""),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"data\":\"\"",
    absent_ends: &[(0, 0), (10, 1), (10, 1), (10, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x1,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ConfigSpec`
pub static CONFIG_SPEC: Message = Message {
    name: "docker.swarmkit.v1.ConfigSpec",
    shape: Shape::Plain,
    fields: &[
        field!("annotations", 1, Message(&ANNOTATIONS), "").always(),
        field!("data", 2, Bytes, "\"\""),
        field!("templating", 3, Message(&DRIVER), ""),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"data\":\"\"",
    absent_ends: &[(0, 0), (10, 1), (10, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x1,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.VolumeSpec`
pub static VOLUME_SPEC: Message = Message {
    name: "docker.swarmkit.v1.VolumeSpec",
    shape: Shape::Plain,
    fields: &[
        field!("annotations", 1, Message(&ANNOTATIONS), "").always(),
        field!("group", 2, String, "\"\""),
        field!("driver", 3, Message(&DRIVER), ""),
        field!("access_mode", 4, Message(&VOLUME_ACCESS_MODE), ""),
        field!("secrets", 5, Message(&VOLUME_SECRET), "[]").repeated(),
        field!("AccessibilityRequirements", 6, Message(&TOPOLOGY_REQUIREMENT), ""),
        field!("capacity_range", 7, Message(&CAPACITY_RANGE), ""),
        field!("availability", 8, Enum(&VOLUME_SPEC_VOLUME_AVAILABILITY), "\"ACTIVE\""),
    ],
    numbers: &[0, 1, 2, 3, 4, 5, 6, 7, 8],
    absent: ",\"group\":\"\",\"secrets\":[],\"availability\":\"ACTIVE\"",
    absent_ends: &[(0, 0), (11, 1), (11, 1), (11, 1), (24, 2), (24, 2), (24, 2), (48, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 8],
    always: 0x1,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.VolumeAccessMode`
pub static VOLUME_ACCESS_MODE: Message = Message {
    name: "docker.swarmkit.v1.VolumeAccessMode",
    shape: Shape::Plain,
    fields: &[
        field!("scope", 1, Enum(&VOLUME_ACCESS_MODE_SCOPE), "\"SINGLE_NODE\""),
        field!("sharing", 2, Enum(&VOLUME_ACCESS_MODE_SHARING), "\"NONE\""),
        field!("block", 3, Message(&VOLUME_ACCESS_MODE_BLOCK_VOLUME), "").oneof("access_type", 2, 4),
        field!("mount", 4, Message(&VOLUME_ACCESS_MODE_MOUNT_VOLUME), "").oneof("access_type", 2, 4),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"scope\":\"SINGLE_NODE\",\"sharing\":\"NONE\"",
    absent_ends: &[(22, 1), (39, 2), (39, 2), (39, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.VolumeAccessMode.BlockVolume`
pub static VOLUME_ACCESS_MODE_BLOCK_VOLUME: Message = Message {
    name: "docker.swarmkit.v1.VolumeAccessMode.BlockVolume",
    shape: Shape::Plain,
    fields: &[],
    numbers: &[],
    absent: "",
    absent_ends: &[],
    tags: &[],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.VolumeAccessMode.MountVolume`
pub static VOLUME_ACCESS_MODE_MOUNT_VOLUME: Message = Message {
    name: "docker.swarmkit.v1.VolumeAccessMode.MountVolume",
    shape: Shape::Plain,
    fields: &[
        field!("fs_type", 1, String, "\"\""),
        field!("mount_flags", 2, String, "[]").repeated(),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"fs_type\":\"\",\"mount_flags\":[]",
    absent_ends: &[(13, 1), (30, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.VolumeSecret`
pub static VOLUME_SECRET: Message = Message {
    name: "docker.swarmkit.v1.VolumeSecret",
    shape: Shape::Plain,
    fields: &[
        field!("key", 1, String, "\"\""),
        field!("secret", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"key\":\"\",\"secret\":\"\"",
    absent_ends: &[(9, 1), (21, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.TopologyRequirement`
pub static TOPOLOGY_REQUIREMENT: Message = Message {
    name: "docker.swarmkit.v1.TopologyRequirement",
    shape: Shape::Plain,
    fields: &[
        field!("requisite", 1, Message(&TOPOLOGY), "[]").repeated(),
        field!("preferred", 2, Message(&TOPOLOGY), "[]").repeated(),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"requisite\":[],\"preferred\":[]",
    absent_ends: &[(15, 1), (30, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.CapacityRange`
pub static CAPACITY_RANGE: Message = Message {
    name: "docker.swarmkit.v1.CapacityRange",
    shape: Shape::Plain,
    fields: &[
        field!("required_bytes", 1, Int64, "0"),
        field!("limit_bytes", 2, Int64, "0"),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"required_bytes\":0,\"limit_bytes\":0",
    absent_ends: &[(19, 1), (35, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Node`
pub static NODE: Message = Message {
    name: "docker.swarmkit.v1.Node",
    shape: Shape::Plain,
    fields: &[
        field!("id", 1, String, "\"\""),
        field!("meta", 2, Message(&META), "").always(),
        field!("spec", 3, Message(&NODE_SPEC), "").always(),
        field!("description", 4, Message(&NODE_DESCRIPTION), ""),
        field!("status", 5, Message(&NODE_STATUS), "").always(),
        field!("manager_status", 6, Message(&MANAGER_STATUS), ""),
        field!("attachment", 7, Message(&NETWORK_ATTACHMENT), ""),
        field!("certificate", 8, Message(&CERTIFICATE), "").always(),
        field!("role", 9, Enum(&NODE_ROLE), "\"WORKER\""),
        field!("attachments", 10, Message(&NETWORK_ATTACHMENT), "[]").repeated(),
        field!("VXLANUDPPort", 11, Uint32, "0"),
    ],
    numbers: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    absent: ",\"id\":\"\",\"role\":\"WORKER\",\"attachments\":[],\"VXLANUDPPort\":0",
    absent_ends: &[(8, 1), (8, 1), (8, 1), (8, 1), (8, 1), (8, 1), (8, 1), (8, 1), (24, 2), (41, 3), (58, 4)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 11],
    always: 0x96,
    rising: true,
    unique: true,
};

/// `docker.swarmkit.v1.NodeDescription`
pub static NODE_DESCRIPTION: Message = Message {
    name: "docker.swarmkit.v1.NodeDescription",
    shape: Shape::Plain,
    fields: &[
        field!("hostname", 1, String, "\"\""),
        field!("platform", 2, Message(&PLATFORM), ""),
        field!("resources", 3, Message(&RESOURCES), ""),
        field!("engine", 4, Message(&ENGINE_DESCRIPTION), ""),
        field!("tls_info", 5, Message(&NODE_TLS_INFO), ""),
        field!("fips", 6, Bool, "false"),
        field!("csi_info", 7, Message(&NODE_CSI_INFO), "[]").repeated(),
    ],
    numbers: &[0, 1, 2, 3, 4, 5, 6, 7],
    absent: ",\"hostname\":\"\",\"fips\":false,\"csi_info\":[]",
    absent_ends: &[(14, 1), (14, 1), (14, 1), (14, 1), (14, 1), (27, 2), (41, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.EngineDescription`
pub static ENGINE_DESCRIPTION: Message = Message {
    name: "docker.swarmkit.v1.EngineDescription",
    shape: Shape::Plain,
    fields: &[
        field!("engine_version", 1, String, "\"\""),
        field!("labels", 2, Map(&ENGINE_DESCRIPTION_LABELS_ENTRY), "{}"),
        field!("plugins", 3, Message(&PLUGIN_DESCRIPTION), "[]").repeated(),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"engine_version\":\"\",\"labels\":{},\"plugins\":[]",
    absent_ends: &[(20, 1), (32, 2), (45, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.EngineDescription.LabelsEntry`
pub static ENGINE_DESCRIPTION_LABELS_ENTRY: Message = Message {
    name: "docker.swarmkit.v1.EngineDescription.LabelsEntry",
    shape: Shape::Plain,
    fields: &[
        field!("key", 1, String, "\"\""),
        field!("value", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"key\":\"\",\"value\":\"\"",
    absent_ends: &[(9, 1), (20, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.PluginDescription`
pub static PLUGIN_DESCRIPTION: Message = Message {
    name: "docker.swarmkit.v1.PluginDescription",
    shape: Shape::Plain,
    fields: &[
        field!("type", 1, String, "\"\""),
        field!("name", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"type\":\"\",\"name\":\"\"",
    absent_ends: &[(10, 1), (20, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.NodeTLSInfo`
pub static NODE_TLS_INFO: Message = Message {
    name: "docker.swarmkit.v1.NodeTLSInfo",
    shape: Shape::Plain,
    fields: &[
        field!("trust_root", 1, Bytes, "\"\""),
        field!("cert_issuer_subject", 2, Bytes, "\"\""),
        field!("cert_issuer_public_key", 3, Bytes, "\"\""),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"trust_root\":\"\",\"cert_issuer_subject\":\"\",\"cert_issuer_public_key\":\"\"",
    absent_ends: &[(16, 1), (41, 2), (69, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.NodeCSIInfo`
pub static NODE_CSI_INFO: Message = Message {
    name: "docker.swarmkit.v1.NodeCSIInfo",
    shape: Shape::Plain,
    fields: &[
        field!("plugin_name", 1, String, "\"\""),
        field!("node_id", 2, String, "\"\""),
        field!("max_volumes_per_node", 3, Int64, "0"),
        field!("accessible_topology", 4, Message(&TOPOLOGY), ""),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"plugin_name\":\"\",\"node_id\":\"\",\"max_volumes_per_node\":0",
    absent_ends: &[(17, 1), (30, 2), (55, 3), (55, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.NodeStatus`
pub static NODE_STATUS: Message = Message {
    name: "docker.swarmkit.v1.NodeStatus",
    shape: Shape::Plain,
    fields: &[
        field!("state", 1, Enum(&NODE_STATUS_STATE), "\"UNKNOWN\""),
        field!("message", 2, String, "\"\""),
        field!("addr", 3, String, "\"\""),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"state\":\"UNKNOWN\",\"message\":\"\",\"addr\":\"\"",
    absent_ends: &[(18, 1), (31, 2), (41, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ManagerStatus`
pub static MANAGER_STATUS: Message = Message {
    name: "docker.swarmkit.v1.ManagerStatus",
    shape: Shape::Plain,
    fields: &[
        field!("raft_id", 1, Uint64, "\"0\"").raft_id(),
        field!("addr", 2, String, "\"\""),
        field!("leader", 3, Bool, "false"),
        field!("reachability", 4, Enum(&RAFT_MEMBER_STATUS_REACHABILITY), "\"UNKNOWN\""),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"raft_id\":\"0\",\"addr\":\"\",\"leader\":false,\"reachability\":\"UNKNOWN\"",
    absent_ends: &[(14, 1), (24, 2), (39, 3), (64, 4)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.NetworkAttachment`
pub static NETWORK_ATTACHMENT: Message = Message {
    name: "docker.swarmkit.v1.NetworkAttachment",
    shape: Shape::Plain,
    fields: &[
        field!("network", 1, Message(&NETWORK), ""),
        field!("addresses", 2, String, "[]").repeated(),
        field!("aliases", 3, String, "[]").repeated(),
        field!("driver_attachment_opts", 4, Map(&NETWORK_ATTACHMENT_DRIVER_ATTACHMENT_OPTS_ENTRY), "{}"),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"addresses\":[],\"aliases\":[],\"driver_attachment_opts\":{}",
    absent_ends: &[(0, 0), (15, 1), (28, 2), (56, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.NetworkAttachment.DriverAttachmentOptsEntry`
pub static NETWORK_ATTACHMENT_DRIVER_ATTACHMENT_OPTS_ENTRY: Message = Message {
    name: "docker.swarmkit.v1.NetworkAttachment.DriverAttachmentOptsEntry",
    shape: Shape::Plain,
    fields: &[
        field!("key", 1, String, "\"\""),
        field!("value", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"key\":\"\",\"value\":\"\"",
    absent_ends: &[(9, 1), (20, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Network`
pub static NETWORK: Message = Message {
    name: "docker.swarmkit.v1.Network",
    shape: Shape::Plain,
    fields: &[
        field!("id", 1, String, "\"\""),
        field!("meta", 2, Message(&META), "").always(),
        field!("spec", 3, Message(&NETWORK_SPEC), "").always(),
        field!("driver_state", 4, Message(&DRIVER), ""),
        field!("ipam", 5, Message(&IPAM_OPTIONS), ""),
        field!("pending_delete", 6, Bool, "false"),
        field!("extra", 7, Message(&ANY), ""),
    ],
    numbers: &[0, 1, 2, 3, 4, 5, 6, 7],
    absent: ",\"id\":\"\",\"pending_delete\":false",
    absent_ends: &[(8, 1), (8, 1), (8, 1), (8, 1), (8, 1), (31, 2), (31, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7],
    always: 0x6,
    rising: true,
    unique: true,
};

/// `docker.swarmkit.v1.Certificate`
pub static CERTIFICATE: Message = Message {
    name: "docker.swarmkit.v1.Certificate",
    shape: Shape::Plain,
    fields: &[
        field!("role", 1, Enum(&NODE_ROLE), "\"WORKER\""),
        field!("csr", 2, Bytes, "\"\""),
        field!("status", 3, Message(&ISSUANCE_STATUS), "").always(),
        field!("certificate", 4, Bytes, "\"\""),
        field!("cn", 5, String, "\"\""),
    ],
    numbers: &[0, 1, 2, 3, 4, 5],
    absent: ",\"role\":\"WORKER\",\"csr\":\"\",\"certificate\":\"\",\"cn\":\"\"",
    absent_ends: &[(16, 1), (25, 2), (25, 2), (42, 3), (50, 4)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5],
    always: 0x4,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.IssuanceStatus`
pub static ISSUANCE_STATUS: Message = Message {
    name: "docker.swarmkit.v1.IssuanceStatus",
    shape: Shape::Plain,
    fields: &[
        field!("state", 1, Enum(&ISSUANCE_STATUS_STATE), "\"UNKNOWN\""),
        field!("err", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"state\":\"UNKNOWN\",\"err\":\"\"",
    absent_ends: &[(18, 1), (27, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Service`
pub static SERVICE: Message = Message {
    name: "docker.swarmkit.v1.Service",
    shape: Shape::Plain,
    fields: &[
        field!("id", 1, String, "\"\""),
        field!("meta", 2, Message(&META), "").always(),
        field!("spec", 3, Message(&SERVICE_SPEC), "").always(),
        field!("spec_version", 10, Message(&VERSION), ""),
        field!("previous_spec", 6, Message(&SERVICE_SPEC), ""),
        field!("previous_spec_version", 11, Message(&VERSION), ""),
        field!("endpoint", 4, Message(&ENDPOINT), ""),
        field!("update_status", 5, Message(&UPDATE_STATUS), ""),
        field!("job_status", 12, Message(&JOB_STATUS), ""),
        field!("pending_delete", 7, Bool, "false"),
    ],
    numbers: &[0, 1, 2, 3, 7, 8, 5, 10, 0, 0, 4, 6, 9],
    absent: ",\"id\":\"\",\"pending_delete\":false",
    absent_ends: &[(8, 1), (8, 1), (8, 1), (8, 1), (8, 1), (8, 1), (8, 1), (8, 1), (8, 1), (31, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 9],
    always: 0x6,
    rising: false,
    unique: true,
};

/// `docker.swarmkit.v1.Endpoint`
pub static ENDPOINT: Message = Message {
    name: "docker.swarmkit.v1.Endpoint",
    shape: Shape::Plain,
    fields: &[
        field!("spec", 1, Message(&ENDPOINT_SPEC), ""),
        field!("ports", 2, Message(&PORT_CONFIG), "[]").repeated(),
        field!("virtual_ips", 3, Message(&ENDPOINT_VIRTUAL_IP), "[]").repeated(),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"ports\":[],\"virtual_ips\":[]",
    absent_ends: &[(0, 0), (11, 1), (28, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Endpoint.VirtualIP`
pub static ENDPOINT_VIRTUAL_IP: Message = Message {
    name: "docker.swarmkit.v1.Endpoint.VirtualIP",
    shape: Shape::Plain,
    fields: &[
        field!("network_id", 1, String, "\"\""),
        field!("addr", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"network_id\":\"\",\"addr\":\"\"",
    absent_ends: &[(16, 1), (26, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.UpdateStatus`
pub static UPDATE_STATUS: Message = Message {
    name: "docker.swarmkit.v1.UpdateStatus",
    shape: Shape::Plain,
    fields: &[
        field!("state", 1, Enum(&UPDATE_STATUS_UPDATE_STATE), "\"UNKNOWN\""),
        field!("started_at", 2, Message(&TIMESTAMP), ""),
        field!("completed_at", 3, Message(&TIMESTAMP), ""),
        field!("message", 4, String, "\"\""),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"state\":\"UNKNOWN\",\"message\":\"\"",
    absent_ends: &[(18, 1), (18, 1), (18, 1), (31, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.JobStatus`
pub static JOB_STATUS: Message = Message {
    name: "docker.swarmkit.v1.JobStatus",
    shape: Shape::Plain,
    fields: &[
        field!("job_iteration", 1, Message(&VERSION), "").always(),
        field!("last_execution", 2, Message(&TIMESTAMP), ""),
    ],
    numbers: &[0, 1, 2],
    absent: "",
    absent_ends: &[(0, 0), (0, 0)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x1,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Task`
pub static TASK: Message = Message {
    name: "docker.swarmkit.v1.Task",
    shape: Shape::Plain,
    fields: &[
        field!("id", 1, String, "\"\""),
        field!("meta", 2, Message(&META), "").always(),
        field!("spec", 3, Message(&TASK_SPEC), "").always(),
        field!("spec_version", 14, Message(&VERSION), ""),
        field!("service_id", 4, String, "\"\""),
        field!("slot", 5, Uint64, "0"),
        field!("node_id", 6, String, "\"\""),
        field!("annotations", 7, Message(&ANNOTATIONS), "").always(),
        field!("service_annotations", 8, Message(&ANNOTATIONS), "").always(),
        field!("status", 9, Message(&TASK_STATUS), "").always(),
        field!("desired_state", 10, Enum(&TASK_STATE), "\"NEW\""),
        field!("networks", 11, Message(&NETWORK_ATTACHMENT), "[]").repeated(),
        field!("endpoint", 12, Message(&ENDPOINT), ""),
        field!("log_driver", 13, Message(&DRIVER), ""),
        field!("assigned_generic_resources", 15, Message(&GENERIC_RESOURCE), "[]").repeated(),
        field!("job_iteration", 16, Message(&VERSION), ""),
        field!("volumes", 17, Message(&VOLUME_ATTACHMENT), "[]").repeated(),
    ],
    numbers: &[0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 4, 15, 16, 17],
    absent: ",\"id\":\"\",\"service_id\":\"\",\"slot\":0,\"node_id\":\"\",\"desired_state\":\"NEW\",\"networks\":[],\"assigned_generic_resources\":[],\"volumes\":[]",
    absent_ends: &[(8, 1), (8, 1), (8, 1), (8, 1), (24, 2), (33, 3), (46, 4), (46, 4), (46, 4), (46, 4), (68, 5), (82, 6), (82, 6), (82, 6), (114, 7), (114, 7), (127, 8)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0, 14, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 15, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 17],
    always: 0x386,
    rising: false,
    unique: true,
};

/// `docker.swarmkit.v1.TaskStatus`
pub static TASK_STATUS: Message = Message {
    name: "docker.swarmkit.v1.TaskStatus",
    shape: Shape::Plain,
    fields: &[
        field!("timestamp", 1, Message(&TIMESTAMP), ""),
        field!("state", 2, Enum(&TASK_STATE), "\"NEW\""),
        field!("message", 3, String, "\"\""),
        field!("err", 4, String, "\"\""),
        field!("container", 5, Message(&CONTAINER_STATUS), "").oneof("runtime_status", 4, 5),
        field!("port_status", 6, Message(&PORT_STATUS), ""),
        field!("applied_by", 7, String, "\"\""),
        field!("applied_at", 8, Message(&TIMESTAMP), ""),
    ],
    numbers: &[0, 1, 2, 3, 4, 5, 6, 7, 8],
    absent: ",\"state\":\"NEW\",\"message\":\"\",\"err\":\"\",\"applied_by\":\"\"",
    absent_ends: &[(0, 0), (14, 1), (27, 2), (36, 3), (36, 3), (36, 3), (52, 4), (52, 4)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 8],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ContainerStatus`
pub static CONTAINER_STATUS: Message = Message {
    name: "docker.swarmkit.v1.ContainerStatus",
    shape: Shape::Plain,
    fields: &[
        field!("container_id", 1, String, "\"\""),
        field!("pid", 2, Int32, "0"),
        field!("exit_code", 3, Int32, "0"),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"container_id\":\"\",\"pid\":0,\"exit_code\":0",
    absent_ends: &[(18, 1), (26, 2), (40, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.PortStatus`
pub static PORT_STATUS: Message = Message {
    name: "docker.swarmkit.v1.PortStatus",
    shape: Shape::Plain,
    fields: &[
        field!("ports", 1, Message(&PORT_CONFIG), "[]").repeated(),
    ],
    numbers: &[0, 1],
    absent: ",\"ports\":[]",
    absent_ends: &[(11, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.VolumeAttachment`
pub static VOLUME_ATTACHMENT: Message = Message {
    name: "docker.swarmkit.v1.VolumeAttachment",
    shape: Shape::Plain,
    fields: &[
        field!("id", 1, String, "\"\""),
        field!("source", 2, String, "\"\""),
        field!("target", 3, String, "\"\""),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"id\":\"\",\"source\":\"\",\"target\":\"\"",
    absent_ends: &[(8, 1), (20, 2), (32, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Cluster`
pub static CLUSTER: Message = Message {
    name: "docker.swarmkit.v1.Cluster",
    shape: Shape::Plain,
    fields: &[
        field!("id", 1, String, "\"\""),
        field!("meta", 2, Message(&META), "").always(),
        field!("spec", 3, Message(&CLUSTER_SPEC), "").always(),
        field!("root_ca", 4, Message(&ROOT_CA), "").always(),
        field!("network_bootstrap_keys", 5, Message(&ENCRYPTION_KEY), "[]").repeated(),
        field!("encryption_key_lamport_clock", 6, Uint64, "0"),
        field!("blacklisted_certificates", 8, Map(&CLUSTER_BLACKLISTED_CERTIFICATES_ENTRY), "{}"),
        field!("unlock_keys", 9, Message(&ENCRYPTION_KEY), "[]").repeated(),
        field!("fips", 10, Bool, "false"),
        field!("defaultAddressPool", 11, String, "[]").repeated(),
        field!("subnetSize", 12, Uint32, "0"),
        field!("VXLANUDPPort", 13, Uint32, "0"),
    ],
    numbers: &[0, 1, 2, 3, 4, 5, 6, 0, 7, 8, 9, 10, 11, 12],
    absent: ",\"id\":\"\",\"network_bootstrap_keys\":[],\"encryption_key_lamport_clock\":0,\"blacklisted_certificates\":{},\"unlock_keys\":[],\"fips\":false,\"defaultAddressPool\":[],\"subnetSize\":0,\"VXLANUDPPort\":0",
    absent_ends: &[(8, 1), (8, 1), (8, 1), (8, 1), (36, 2), (69, 3), (99, 4), (116, 5), (129, 6), (153, 7), (168, 8), (185, 9)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 12],
    always: 0xe,
    rising: true,
    unique: true,
};

/// `docker.swarmkit.v1.Cluster.BlacklistedCertificatesEntry`
pub static CLUSTER_BLACKLISTED_CERTIFICATES_ENTRY: Message = Message {
    name: "docker.swarmkit.v1.Cluster.BlacklistedCertificatesEntry",
    shape: Shape::Plain,
    fields: &[
        field!("key", 1, String, "\"\""),
        field!("value", 2, Message(&BLACKLISTED_CERTIFICATE), ""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"key\":\"\"",
    absent_ends: &[(9, 1), (9, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.RootCA`
pub static ROOT_CA: Message = Message {
    name: "docker.swarmkit.v1.RootCA",
    shape: Shape::Plain,
    fields: &[
        field!("ca_key", 1, Bytes, "\"\""),
        field!("ca_cert", 2, Bytes, "\"\""),
        field!("ca_cert_hash", 3, String, "\"\""),
        field!("join_tokens", 4, Message(&JOIN_TOKENS), "").always(),
        field!("root_rotation", 5, Message(&ROOT_ROTATION), ""),
        field!("last_forced_rotation", 6, Uint64, "0"),
    ],
    numbers: &[0, 1, 2, 3, 4, 5, 6],
    absent: ",\"ca_key\":\"\",\"ca_cert\":\"\",\"ca_cert_hash\":\"\",\"last_forced_rotation\":0",
    absent_ends: &[(12, 1), (25, 2), (43, 3), (43, 3), (43, 3), (68, 4)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 6],
    always: 0x8,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.JoinTokens`
pub static JOIN_TOKENS: Message = Message {
    name: "docker.swarmkit.v1.JoinTokens",
    shape: Shape::Plain,
    fields: &[
        field!("worker", 1, String, "\"\""),
        field!("manager", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"worker\":\"\",\"manager\":\"\"",
    absent_ends: &[(12, 1), (25, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.RootRotation`
pub static ROOT_ROTATION: Message = Message {
    name: "docker.swarmkit.v1.RootRotation",
    shape: Shape::Plain,
    fields: &[
        field!("ca_cert", 1, Bytes, "\"\""),
        field!("ca_key", 2, Bytes, "\"\""),
        field!("cross_signed_ca_cert", 3, Bytes, "\"\""),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"ca_cert\":\"\",\"ca_key\":\"\",\"cross_signed_ca_cert\":\"\"",
    absent_ends: &[(13, 1), (25, 2), (51, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.EncryptionKey`
pub static ENCRYPTION_KEY: Message = Message {
    name: "docker.swarmkit.v1.EncryptionKey",
    shape: Shape::EncryptionKey,
    fields: &[
        field!("subsystem", 1, String, "\"\""),
        field!("algorithm", 2, Enum(&ENCRYPTION_KEY_ALGORITHM), "\"AES_128_GCM\""),
        field!("key", 3, Bytes, "\"\""),
        field!("lamport_time", 4, Uint64, "0"),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"subsystem\":\"\",\"algorithm\":\"AES_128_GCM\",\"key\":\"\",\"lamport_time\":0",
    absent_ends: &[(15, 1), (41, 2), (50, 3), (67, 4)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 4],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.BlacklistedCertificate`
pub static BLACKLISTED_CERTIFICATE: Message = Message {
    name: "docker.swarmkit.v1.BlacklistedCertificate",
    shape: Shape::Plain,
    fields: &[
        field!("expiry", 1, Message(&TIMESTAMP), ""),
    ],
    numbers: &[0, 1],
    absent: "",
    absent_ends: &[(0, 0)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.Secret`
pub static SECRET: Message = Message {
    name: "docker.swarmkit.v1.Secret",
    shape: Shape::Plain,
    fields: &[
        field!("id", 1, String, "\"\""),
        field!("meta", 2, Message(&META), "").always(),
        field!("spec", 3, Message(&SECRET_SPEC), "").always(),
        field!("internal", 4, Bool, "false"),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"id\":\"\",\"internal\":false",
    absent_ends: &[(8, 1), (8, 1), (8, 1), (25, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 4],
    always: 0x6,
    rising: true,
    unique: true,
};

/// `docker.swarmkit.v1.Resource`
pub static RESOURCE: Message = Message {
    name: "docker.swarmkit.v1.Resource",
    shape: Shape::Plain,
    fields: &[
        field!("id", 1, String, "\"\""),
        field!("meta", 2, Message(&META), "").always(),
        field!("annotations", 3, Message(&ANNOTATIONS), "").always(),
        field!("kind", 4, String, "\"\""),
        field!("payload", 5, Message(&ANY), ""),
    ],
    numbers: &[0, 1, 2, 3, 4, 5],
    absent: ",\"id\":\"\",\"kind\":\"\"",
    absent_ends: &[(8, 1), (8, 1), (8, 1), (18, 2), (18, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5],
    always: 0x6,
    rising: true,
    unique: true,
};

/// `docker.swarmkit.v1.Extension`
pub static EXTENSION: Message = Message {
    name: "docker.swarmkit.v1.Extension",
    shape: Shape::Plain,
    fields: &[
        field!("id", 1, String, "\"\""),
        field!("meta", 2, Message(&META), "").always(),
        field!("annotations", 3, Message(&ANNOTATIONS), "").always(),
        field!("description", 4, String, "\"\""),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"id\":\"\",\"description\":\"\"",
    absent_ends: &[(8, 1), (8, 1), (8, 1), (25, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x6,
    rising: true,
    unique: true,
};

/// `docker.swarmkit.v1.Config`
pub static CONFIG: Message = Message {
    name: "docker.swarmkit.v1.Config",
    shape: Shape::Plain,
    fields: &[
        field!("id", 1, String, "\"\""),
        field!("meta", 2, Message(&META), "").always(),
        field!("spec", 3, Message(&CONFIG_SPEC), "").always(),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"id\":\"\"",
    absent_ends: &[(8, 1), (8, 1), (8, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x6,
    rising: true,
    unique: true,
};

/// `docker.swarmkit.v1.Volume`
pub static VOLUME: Message = Message {
    name: "docker.swarmkit.v1.Volume",
    shape: Shape::Plain,
    fields: &[
        field!("id", 1, String, "\"\""),
        field!("meta", 2, Message(&META), "").always(),
        field!("spec", 3, Message(&VOLUME_SPEC), "").always(),
        field!("publish_status", 4, Message(&VOLUME_PUBLISH_STATUS), "[]").repeated(),
        field!("volume_info", 5, Message(&VOLUME_INFO), ""),
        field!("pending_delete", 6, Bool, "false"),
    ],
    numbers: &[0, 1, 2, 3, 4, 5, 6],
    absent: ",\"id\":\"\",\"publish_status\":[],\"pending_delete\":false",
    absent_ends: &[(8, 1), (8, 1), (8, 1), (28, 2), (28, 2), (51, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 6],
    always: 0x6,
    rising: true,
    unique: true,
};

/// `docker.swarmkit.v1.VolumePublishStatus`
pub static VOLUME_PUBLISH_STATUS: Message = Message {
    name: "docker.swarmkit.v1.VolumePublishStatus",
    shape: Shape::Plain,
    fields: &[
        field!("node_id", 1, String, "\"\""),
        field!("state", 2, Enum(&VOLUME_PUBLISH_STATUS_STATE), "\"PENDING_PUBLISH\""),
        field!("publish_context", 3, Map(&VOLUME_PUBLISH_STATUS_PUBLISH_CONTEXT_ENTRY), "{}"),
        field!("message", 5, String, "\"\""),
    ],
    numbers: &[0, 1, 2, 3, 0, 4],
    absent: ",\"node_id\":\"\",\"state\":\"PENDING_PUBLISH\",\"publish_context\":{},\"message\":\"\"",
    absent_ends: &[(13, 1), (39, 2), (60, 3), (73, 4)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.VolumePublishStatus.PublishContextEntry`
pub static VOLUME_PUBLISH_STATUS_PUBLISH_CONTEXT_ENTRY: Message = Message {
    name: "docker.swarmkit.v1.VolumePublishStatus.PublishContextEntry",
    shape: Shape::Plain,
    fields: &[
        field!("key", 1, String, "\"\""),
        field!("value", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"key\":\"\",\"value\":\"\"",
    absent_ends: &[(9, 1), (20, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.VolumeInfo`
pub static VOLUME_INFO: Message = Message {
    name: "docker.swarmkit.v1.VolumeInfo",
    shape: Shape::Plain,
    fields: &[
        field!("capacity_bytes", 1, Int64, "0"),
        field!("volume_context", 2, Map(&VOLUME_INFO_VOLUME_CONTEXT_ENTRY), "{}"),
        field!("volume_id", 3, String, "\"\""),
        field!("accessible_topology", 4, Message(&TOPOLOGY), "[]").repeated(),
    ],
    numbers: &[0, 1, 2, 3, 4],
    absent: ",\"capacity_bytes\":0,\"volume_context\":{},\"volume_id\":\"\",\"accessible_topology\":[]",
    absent_ends: &[(19, 1), (39, 2), (54, 3), (79, 4)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.VolumeInfo.VolumeContextEntry`
pub static VOLUME_INFO_VOLUME_CONTEXT_ENTRY: Message = Message {
    name: "docker.swarmkit.v1.VolumeInfo.VolumeContextEntry",
    shape: Shape::Plain,
    fields: &[
        field!("key", 1, String, "\"\""),
        field!("value", 2, String, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"key\":\"\",\"value\":\"\"",
    absent_ends: &[(9, 1), (20, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.InternalRaftRequest`
pub static INTERNAL_RAFT_REQUEST: Message = Message {
    name: "docker.swarmkit.v1.InternalRaftRequest",
    shape: Shape::Plain,
    fields: &[
        field!("id", 1, Uint64, "0"),
        field!("action", 2, Message(&STORE_ACTION), "[]").repeated(),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"id\":0,\"action\":[]",
    absent_ends: &[(7, 1), (19, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.StoreAction`
pub static STORE_ACTION: Message = Message {
    name: "docker.swarmkit.v1.StoreAction",
    shape: Shape::Plain,
    fields: &[
        field!("action", 1, Enum(&STORE_ACTION_KIND), "\"UNKNOWN\""),
        field!("node", 2, Message(&NODE), "").oneof("target", 1, 11),
        field!("service", 3, Message(&SERVICE), "").oneof("target", 1, 11),
        field!("task", 4, Message(&TASK), "").oneof("target", 1, 11),
        field!("network", 5, Message(&NETWORK), "").oneof("target", 1, 11),
        field!("cluster", 6, Message(&CLUSTER), "").oneof("target", 1, 11),
        field!("secret", 7, Message(&SECRET), "").oneof("target", 1, 11),
        field!("resource", 8, Message(&RESOURCE), "").oneof("target", 1, 11),
        field!("extension", 9, Message(&EXTENSION), "").oneof("target", 1, 11),
        field!("config", 10, Message(&CONFIG), "").oneof("target", 1, 11),
        field!("volume", 11, Message(&VOLUME), "").oneof("target", 1, 11),
    ],
    numbers: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    absent: ",\"action\":\"UNKNOWN\"",
    absent_ends: &[(19, 1), (19, 1), (19, 1), (19, 1), (19, 1), (19, 1), (19, 1), (19, 1), (19, 1), (19, 1), (19, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 11],
    always: 0x0,
    rising: true,
    unique: true,
};

/// `docker.swarmkit.v1.Snapshot`
pub static SNAPSHOT: Message = Message {
    name: "docker.swarmkit.v1.Snapshot",
    shape: Shape::Plain,
    fields: &[
        field!("version", 1, Enum(&SNAPSHOT_VERSION), "\"V0\""),
        field!("membership", 2, Message(&CLUSTER_SNAPSHOT), "").always(),
        field!("store", 3, Message(&STORE_SNAPSHOT), "").always(),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"version\":\"V0\"",
    absent_ends: &[(15, 1), (15, 1), (15, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x6,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ClusterSnapshot`
pub static CLUSTER_SNAPSHOT: Message = Message {
    name: "docker.swarmkit.v1.ClusterSnapshot",
    shape: Shape::Plain,
    fields: &[
        field!("members", 1, Message(&RAFT_MEMBER), "[]").repeated(),
        field!("removed", 2, Uint64, "[]").repeated().raft_id(),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"members\":[],\"removed\":[]",
    absent_ends: &[(13, 1), (26, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.StoreSnapshot`
pub static STORE_SNAPSHOT: Message = Message {
    name: "docker.swarmkit.v1.StoreSnapshot",
    shape: Shape::Plain,
    fields: &[
        field!("nodes", 1, Message(&NODE), "[]").repeated(),
        field!("services", 2, Message(&SERVICE), "[]").repeated(),
        field!("networks", 3, Message(&NETWORK), "[]").repeated(),
        field!("tasks", 4, Message(&TASK), "[]").repeated(),
        field!("clusters", 5, Message(&CLUSTER), "[]").repeated(),
        field!("secrets", 6, Message(&SECRET), "[]").repeated(),
        field!("resources", 7, Message(&RESOURCE), "[]").repeated(),
        field!("extensions", 8, Message(&EXTENSION), "[]").repeated(),
        field!("configs", 9, Message(&CONFIG), "[]").repeated(),
        field!("volumes", 10, Message(&VOLUME), "[]").repeated(),
    ],
    numbers: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    absent: ",\"nodes\":[],\"services\":[],\"networks\":[],\"tasks\":[],\"clusters\":[],\"secrets\":[],\"resources\":[],\"extensions\":[],\"configs\":[],\"volumes\":[]",
    absent_ends: &[(11, 1), (25, 2), (39, 3), (50, 4), (64, 5), (77, 6), (92, 7), (108, 8), (121, 9), (134, 10)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 10],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.MaybeEncryptedRecord`
pub static MAYBE_ENCRYPTED_RECORD: Message = Message {
    name: "docker.swarmkit.v1.MaybeEncryptedRecord",
    shape: Shape::Plain,
    fields: &[
        field!("algorithm", 1, Enum(&MAYBE_ENCRYPTED_RECORD_ALGORITHM), "\"NONE\""),
        field!("data", 2, Bytes, "\"\""),
        field!("nonce", 3, Bytes, "\"\""),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"algorithm\":\"NONE\",\"data\":\"\",\"nonce\":\"\"",
    absent_ends: &[(19, 1), (29, 2), (40, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x0,
    rising: true,
    unique: false,
};

/// `raftpb.Entry`
pub static ENTRY: Message = Message {
    name: "raftpb.Entry",
    shape: Shape::Plain,
    fields: &[
        field!("Term", 2, Uint64, "0").always(),
        field!("Index", 3, Uint64, "0").always(),
        field!("Type", 1, Enum(&ENTRY_TYPE), "\"EntryNormal\"").always(),
        field!("Data", 4, Bytes, "\"\""),
    ],
    numbers: &[0, 3, 1, 2, 4],
    absent: ",\"Term\":0,\"Index\":0,\"Type\":\"EntryNormal\",\"Data\":\"\"",
    absent_ends: &[(9, 1), (19, 2), (40, 3), (50, 4)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4],
    always: 0x7,
    rising: false,
    unique: false,
};

/// `raftpb.SnapshotMetadata`
pub static SNAPSHOT_METADATA: Message = Message {
    name: "raftpb.SnapshotMetadata",
    shape: Shape::Plain,
    fields: &[
        field!("conf_state", 1, Message(&CONF_STATE), "").always(),
        field!("index", 2, Uint64, "0").always(),
        field!("term", 3, Uint64, "0").always(),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"index\":0,\"term\":0",
    absent_ends: &[(0, 0), (10, 1), (19, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x7,
    rising: true,
    unique: false,
};

/// `raftpb.ConfState`
pub static CONF_STATE: Message = Message {
    name: "raftpb.ConfState",
    shape: Shape::Plain,
    fields: &[
        field!("voters", 1, Uint64, "[]").repeated().raft_id(),
        field!("learners", 2, Uint64, "[]").repeated().raft_id(),
        field!("voters_outgoing", 3, Uint64, "[]").repeated().raft_id(),
        field!("learners_next", 4, Uint64, "[]").repeated().raft_id(),
        field!("auto_leave", 5, Bool, "false").always(),
    ],
    numbers: &[0, 1, 2, 3, 4, 5],
    absent: ",\"voters\":[],\"learners\":[],\"voters_outgoing\":[],\"learners_next\":[],\"auto_leave\":false",
    absent_ends: &[(12, 1), (26, 2), (47, 3), (66, 4), (85, 5)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5],
    always: 0x10,
    rising: true,
    unique: false,
};

/// `raftpb.Snapshot`
pub static RAFTPB_SNAPSHOT: Message = Message {
    name: "raftpb.Snapshot",
    shape: Shape::Plain,
    fields: &[
        field!("data", 1, Bytes, "\"\""),
        field!("metadata", 2, Message(&SNAPSHOT_METADATA), "").always(),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"data\":\"\"",
    absent_ends: &[(10, 1), (10, 1)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x2,
    rising: true,
    unique: false,
};

/// `raftpb.HardState`
pub static HARD_STATE: Message = Message {
    name: "raftpb.HardState",
    shape: Shape::Plain,
    fields: &[
        field!("term", 1, Uint64, "0").always(),
        field!("vote", 2, Uint64, "\"0\"").always().raft_id(),
        field!("commit", 3, Uint64, "0").always(),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"term\":0,\"vote\":\"0\",\"commit\":0",
    absent_ends: &[(9, 1), (20, 2), (31, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x7,
    rising: true,
    unique: false,
};

/// `raftpb.ConfChange`
pub static CONF_CHANGE: Message = Message {
    name: "raftpb.ConfChange",
    shape: Shape::Plain,
    fields: &[
        field!("type", 2, Enum(&CONF_CHANGE_TYPE), "\"ConfChangeAddNode\"").always(),
        field!("node_id", 3, Uint64, "\"0\"").always().raft_id(),
        field!("context", 4, Bytes, "\"\""),
        field!("id", 1, Uint64, "0").always(),
    ],
    numbers: &[0, 4, 1, 2, 3],
    absent: ",\"type\":\"ConfChangeAddNode\",\"node_id\":\"0\",\"context\":\"\",\"id\":0",
    absent_ends: &[(27, 1), (41, 2), (54, 3), (61, 4)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0xb,
    rising: false,
    unique: false,
};

/// `raftpb.ConfChangeSingle`
pub static CONF_CHANGE_SINGLE: Message = Message {
    name: "raftpb.ConfChangeSingle",
    shape: Shape::Plain,
    fields: &[
        field!("type", 1, Enum(&CONF_CHANGE_TYPE), "\"ConfChangeAddNode\"").always(),
        field!("node_id", 2, Uint64, "\"0\"").always().raft_id(),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"type\":\"ConfChangeAddNode\",\"node_id\":\"0\"",
    absent_ends: &[(27, 1), (41, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x3,
    rising: true,
    unique: false,
};

/// `raftpb.ConfChangeV2`
pub static CONF_CHANGE_V2: Message = Message {
    name: "raftpb.ConfChangeV2",
    shape: Shape::Plain,
    fields: &[
        field!("transition", 1, Enum(&CONF_CHANGE_TRANSITION), "\"ConfChangeTransitionAuto\"").always(),
        field!("changes", 2, Message(&CONF_CHANGE_SINGLE), "[]").repeated(),
        field!("context", 3, Bytes, "\"\""),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"transition\":\"ConfChangeTransitionAuto\",\"changes\":[],\"context\":\"\"",
    absent_ends: &[(40, 1), (53, 2), (66, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x1,
    rising: true,
    unique: false,
};

/// `walpb.Record`
pub static RECORD: Message = Message {
    name: "walpb.Record",
    shape: Shape::Plain,
    fields: &[
        field!("type", 1, Int64, "0").always(),
        field!("crc", 2, Uint32, "0").always(),
        field!("data", 3, Bytes, "\"\""),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"type\":0,\"crc\":0,\"data\":\"\"",
    absent_ends: &[(9, 1), (17, 2), (27, 3)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x3,
    rising: true,
    unique: false,
};

/// `walpb.Snapshot`
pub static WALPB_SNAPSHOT: Message = Message {
    name: "walpb.Snapshot",
    shape: Shape::Plain,
    fields: &[
        field!("index", 1, Uint64, "0").always(),
        field!("term", 2, Uint64, "0").always(),
        field!("conf_state", 3, Message(&CONF_STATE), ""),
    ],
    numbers: &[0, 1, 2, 3],
    absent: ",\"index\":0,\"term\":0",
    absent_ends: &[(10, 1), (19, 2), (19, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3],
    always: 0x3,
    rising: true,
    unique: false,
};

/// `snappb.snapshot`
pub static SNAPPB_SNAPSHOT: Message = Message {
    name: "snappb.snapshot",
    shape: Shape::Plain,
    fields: &[
        field!("crc", 1, Uint32, "0").always(),
        field!("data", 2, Bytes, "\"\""),
    ],
    numbers: &[0, 1, 2],
    absent: ",\"crc\":0,\"data\":\"\"",
    absent_ends: &[(8, 1), (18, 2)],
    tags: &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
    always: 0x1,
    rising: true,
    unique: false,
};

/// `docker.swarmkit.v1.ContainerSpec.Isolation`
pub static CONTAINER_SPEC_ISOLATION: Enum = Enum {
    name: "docker.swarmkit.v1.ContainerSpec.Isolation",
    values: &[
        (0, "ISOLATION_DEFAULT"),
        (1, "ISOLATION_PROCESS"),
        (2, "ISOLATION_HYPERV"),
    ],
};

/// `docker.swarmkit.v1.EncryptionKey.Algorithm`
pub static ENCRYPTION_KEY_ALGORITHM: Enum = Enum {
    name: "docker.swarmkit.v1.EncryptionKey.Algorithm",
    values: &[
        (0, "AES_128_GCM"),
    ],
};

/// `docker.swarmkit.v1.EndpointSpec.ResolutionMode`
pub static ENDPOINT_SPEC_RESOLUTION_MODE: Enum = Enum {
    name: "docker.swarmkit.v1.EndpointSpec.ResolutionMode",
    values: &[
        (0, "VIP"),
        (1, "DNSRR"),
    ],
};

/// `docker.swarmkit.v1.ExternalCA.CAProtocol`
pub static EXTERNAL_CA_CA_PROTOCOL: Enum = Enum {
    name: "docker.swarmkit.v1.ExternalCA.CAProtocol",
    values: &[
        (0, "CFSSL"),
    ],
};

/// `docker.swarmkit.v1.IPAMConfig.AddressFamily`
pub static IPAM_CONFIG_ADDRESS_FAMILY: Enum = Enum {
    name: "docker.swarmkit.v1.IPAMConfig.AddressFamily",
    values: &[
        (0, "UNKNOWN"),
        (4, "IPV4"),
        (6, "IPV6"),
    ],
};

/// `docker.swarmkit.v1.IssuanceStatus.State`
pub static ISSUANCE_STATUS_STATE: Enum = Enum {
    name: "docker.swarmkit.v1.IssuanceStatus.State",
    values: &[
        (0, "UNKNOWN"),
        (1, "RENEW"),
        (2, "PENDING"),
        (3, "ISSUED"),
        (4, "FAILED"),
        (5, "ROTATE"),
    ],
};

/// `docker.swarmkit.v1.MaybeEncryptedRecord.Algorithm`
pub static MAYBE_ENCRYPTED_RECORD_ALGORITHM: Enum = Enum {
    name: "docker.swarmkit.v1.MaybeEncryptedRecord.Algorithm",
    values: &[
        (0, "NONE"),
        (1, "SECRETBOX_SALSA20_POLY1305"),
        (2, "FERNET_AES_128_CBC"),
    ],
};

/// `docker.swarmkit.v1.Mount.BindOptions.Propagation`
pub static MOUNT_BIND_OPTIONS_PROPAGATION: Enum = Enum {
    name: "docker.swarmkit.v1.Mount.BindOptions.Propagation",
    values: &[
        (0, "RPRIVATE"),
        (1, "PRIVATE"),
        (2, "RSHARED"),
        (3, "SHARED"),
        (4, "RSLAVE"),
        (5, "SLAVE"),
    ],
};

/// `docker.swarmkit.v1.Mount.Consistency`
pub static MOUNT_CONSISTENCY: Enum = Enum {
    name: "docker.swarmkit.v1.Mount.Consistency",
    values: &[
        (0, "DEFAULT"),
        (1, "CONSISTENT"),
        (2, "CACHED"),
        (3, "DELEGATED"),
    ],
};

/// `docker.swarmkit.v1.Mount.Type`
pub static MOUNT_TYPE: Enum = Enum {
    name: "docker.swarmkit.v1.Mount.Type",
    values: &[
        (0, "BIND"),
        (1, "VOLUME"),
        (2, "TMPFS"),
        (3, "NPIPE"),
        (4, "CLUSTER"),
    ],
};

/// `docker.swarmkit.v1.NodeRole`
pub static NODE_ROLE: Enum = Enum {
    name: "docker.swarmkit.v1.NodeRole",
    values: &[
        (0, "WORKER"),
        (1, "MANAGER"),
    ],
};

/// `docker.swarmkit.v1.NodeSpec.Availability`
pub static NODE_SPEC_AVAILABILITY: Enum = Enum {
    name: "docker.swarmkit.v1.NodeSpec.Availability",
    values: &[
        (0, "ACTIVE"),
        (1, "PAUSE"),
        (2, "DRAIN"),
    ],
};

/// `docker.swarmkit.v1.NodeSpec.Membership`
pub static NODE_SPEC_MEMBERSHIP: Enum = Enum {
    name: "docker.swarmkit.v1.NodeSpec.Membership",
    values: &[
        (0, "PENDING"),
        (1, "ACCEPTED"),
    ],
};

/// `docker.swarmkit.v1.NodeStatus.State`
pub static NODE_STATUS_STATE: Enum = Enum {
    name: "docker.swarmkit.v1.NodeStatus.State",
    values: &[
        (0, "UNKNOWN"),
        (1, "DOWN"),
        (2, "READY"),
        (3, "DISCONNECTED"),
    ],
};

/// `docker.swarmkit.v1.PortConfig.Protocol`
pub static PORT_CONFIG_PROTOCOL: Enum = Enum {
    name: "docker.swarmkit.v1.PortConfig.Protocol",
    values: &[
        (0, "TCP"),
        (1, "UDP"),
        (2, "SCTP"),
    ],
};

/// `docker.swarmkit.v1.PortConfig.PublishMode`
pub static PORT_CONFIG_PUBLISH_MODE: Enum = Enum {
    name: "docker.swarmkit.v1.PortConfig.PublishMode",
    values: &[
        (0, "INGRESS"),
        (1, "HOST"),
    ],
};

/// `docker.swarmkit.v1.Privileges.AppArmorOpts.AppArmorMode`
pub static PRIVILEGES_APP_ARMOR_OPTS_APP_ARMOR_MODE: Enum = Enum {
    name: "docker.swarmkit.v1.Privileges.AppArmorOpts.AppArmorMode",
    values: &[
        (0, "DEFAULT"),
        (1, "DISABLED"),
    ],
};

/// `docker.swarmkit.v1.Privileges.SeccompOpts.SeccompMode`
pub static PRIVILEGES_SECCOMP_OPTS_SECCOMP_MODE: Enum = Enum {
    name: "docker.swarmkit.v1.Privileges.SeccompOpts.SeccompMode",
    values: &[
        (0, "DEFAULT"),
        (1, "UNCONFINED"),
        (2, "CUSTOM"),
    ],
};

/// `docker.swarmkit.v1.RaftMemberStatus.Reachability`
pub static RAFT_MEMBER_STATUS_REACHABILITY: Enum = Enum {
    name: "docker.swarmkit.v1.RaftMemberStatus.Reachability",
    values: &[
        (0, "UNKNOWN"),
        (1, "UNREACHABLE"),
        (2, "REACHABLE"),
    ],
};

/// `docker.swarmkit.v1.ResourceType`
pub static RESOURCE_TYPE: Enum = Enum {
    name: "docker.swarmkit.v1.ResourceType",
    values: &[
        (0, "TASK"),
        (1, "SECRET"),
        (2, "CONFIG"),
        (3, "VOLUME"),
    ],
};

/// `docker.swarmkit.v1.RestartPolicy.RestartCondition`
pub static RESTART_POLICY_RESTART_CONDITION: Enum = Enum {
    name: "docker.swarmkit.v1.RestartPolicy.RestartCondition",
    values: &[
        (0, "NONE"),
        (1, "ON_FAILURE"),
        (2, "ANY"),
    ],
};

/// `docker.swarmkit.v1.Snapshot.Version`
pub static SNAPSHOT_VERSION: Enum = Enum {
    name: "docker.swarmkit.v1.Snapshot.Version",
    values: &[
        (0, "V0"),
    ],
};

/// `docker.swarmkit.v1.StoreActionKind`
pub static STORE_ACTION_KIND: Enum = Enum {
    name: "docker.swarmkit.v1.StoreActionKind",
    values: &[
        (0, "UNKNOWN"),
        (1, "STORE_ACTION_CREATE"),
        (2, "STORE_ACTION_UPDATE"),
        (3, "STORE_ACTION_REMOVE"),
    ],
};

/// `docker.swarmkit.v1.TaskState`
pub static TASK_STATE: Enum = Enum {
    name: "docker.swarmkit.v1.TaskState",
    values: &[
        (0, "NEW"),
        (64, "PENDING"),
        (192, "ASSIGNED"),
        (256, "ACCEPTED"),
        (320, "PREPARING"),
        (384, "READY"),
        (448, "STARTING"),
        (512, "RUNNING"),
        (576, "COMPLETE"),
        (640, "SHUTDOWN"),
        (704, "FAILED"),
        (768, "REJECTED"),
        (800, "REMOVE"),
        (832, "ORPHANED"),
    ],
};

/// `docker.swarmkit.v1.UpdateConfig.FailureAction`
pub static UPDATE_CONFIG_FAILURE_ACTION: Enum = Enum {
    name: "docker.swarmkit.v1.UpdateConfig.FailureAction",
    values: &[
        (0, "PAUSE"),
        (1, "CONTINUE"),
        (2, "ROLLBACK"),
    ],
};

/// `docker.swarmkit.v1.UpdateConfig.UpdateOrder`
pub static UPDATE_CONFIG_UPDATE_ORDER: Enum = Enum {
    name: "docker.swarmkit.v1.UpdateConfig.UpdateOrder",
    values: &[
        (0, "STOP_FIRST"),
        (1, "START_FIRST"),
    ],
};

/// `docker.swarmkit.v1.UpdateStatus.UpdateState`
pub static UPDATE_STATUS_UPDATE_STATE: Enum = Enum {
    name: "docker.swarmkit.v1.UpdateStatus.UpdateState",
    values: &[
        (0, "UNKNOWN"),
        (1, "UPDATING"),
        (2, "PAUSED"),
        (3, "COMPLETED"),
        (4, "ROLLBACK_STARTED"),
        (5, "ROLLBACK_PAUSED"),
        (6, "ROLLBACK_COMPLETED"),
    ],
};

/// `docker.swarmkit.v1.VolumeAccessMode.Scope`
pub static VOLUME_ACCESS_MODE_SCOPE: Enum = Enum {
    name: "docker.swarmkit.v1.VolumeAccessMode.Scope",
    values: &[
        (0, "SINGLE_NODE"),
        (1, "MULTI_NODE"),
    ],
};

/// `docker.swarmkit.v1.VolumeAccessMode.Sharing`
pub static VOLUME_ACCESS_MODE_SHARING: Enum = Enum {
    name: "docker.swarmkit.v1.VolumeAccessMode.Sharing",
    values: &[
        (0, "NONE"),
        (1, "READ_ONLY"),
        (2, "ONE_WRITER"),
        (3, "ALL"),
    ],
};

/// `docker.swarmkit.v1.VolumePublishStatus.State`
pub static VOLUME_PUBLISH_STATUS_STATE: Enum = Enum {
    name: "docker.swarmkit.v1.VolumePublishStatus.State",
    values: &[
        (0, "PENDING_PUBLISH"),
        (1, "PUBLISHED"),
        (2, "PENDING_NODE_UNPUBLISH"),
        (3, "PENDING_UNPUBLISH"),
    ],
};

/// `docker.swarmkit.v1.VolumeSpec.VolumeAvailability`
pub static VOLUME_SPEC_VOLUME_AVAILABILITY: Enum = Enum {
    name: "docker.swarmkit.v1.VolumeSpec.VolumeAvailability",
    values: &[
        (0, "ACTIVE"),
        (1, "PAUSE"),
        (2, "DRAIN"),
    ],
};

/// `raftpb.ConfChangeTransition`
pub static CONF_CHANGE_TRANSITION: Enum = Enum {
    name: "raftpb.ConfChangeTransition",
    values: &[
        (0, "ConfChangeTransitionAuto"),
        (1, "ConfChangeTransitionJointImplicit"),
        (2, "ConfChangeTransitionJointExplicit"),
    ],
};

/// `raftpb.ConfChangeType`
pub static CONF_CHANGE_TYPE: Enum = Enum {
    name: "raftpb.ConfChangeType",
    values: &[
        (0, "ConfChangeAddNode"),
        (1, "ConfChangeRemoveNode"),
        (2, "ConfChangeUpdateNode"),
        (3, "ConfChangeAddLearnerNode"),
    ],
};

/// `raftpb.EntryType`
pub static ENTRY_TYPE: Enum = Enum {
    name: "raftpb.EntryType",
    values: &[
        (0, "EntryNormal"),
        (1, "EntryConfChange"),
        (2, "EntryConfChangeV2"),
    ],
};

/// Every message, in the order of the files.
pub static MESSAGES: &[&Message] = &[
    &TIMESTAMP,
    &ANY,
    &BOOL_VALUE,
    &DURATION,
    &INT64_VALUE,
    &META,
    &VERSION,
    &ANNOTATIONS,
    &ANNOTATIONS_LABELS_ENTRY,
    &INDEX_ENTRY,
    &PLATFORM,
    &RESOURCES,
    &GENERIC_RESOURCE,
    &NAMED_GENERIC_RESOURCE,
    &DISCRETE_GENERIC_RESOURCE,
    &TOPOLOGY,
    &TOPOLOGY_SEGMENTS_ENTRY,
    &DRIVER,
    &DRIVER_OPTIONS_ENTRY,
    &IPAM_OPTIONS,
    &IPAM_CONFIG,
    &IPAM_CONFIG_RESERVED_ENTRY,
    &PORT_CONFIG,
    &RAFT_MEMBER,
    &RAFT_MEMBER_STATUS,
    &NODE_SPEC,
    &NETWORK_SPEC,
    &SERVICE_SPEC,
    &TASK_SPEC,
    &NETWORK_ATTACHMENT_SPEC,
    &CONTAINER_SPEC,
    &CONTAINER_SPEC_PULL_OPTIONS,
    &CONTAINER_SPEC_DNS_CONFIG,
    &CONTAINER_SPEC_ULIMIT,
    &CONTAINER_SPEC_LABELS_ENTRY,
    &CONTAINER_SPEC_SYSCTLS_ENTRY,
    &PRIVILEGES,
    &PRIVILEGES_CREDENTIAL_SPEC,
    &PRIVILEGES_SE_LINUX_CONTEXT,
    &PRIVILEGES_SECCOMP_OPTS,
    &PRIVILEGES_APP_ARMOR_OPTS,
    &MOUNT,
    &MOUNT_BIND_OPTIONS,
    &MOUNT_VOLUME_OPTIONS,
    &MOUNT_VOLUME_OPTIONS_LABELS_ENTRY,
    &MOUNT_TMPFS_OPTIONS,
    &SECRET_REFERENCE,
    &FILE_TARGET,
    &CONFIG_REFERENCE,
    &RUNTIME_TARGET,
    &HEALTH_CONFIG,
    &GENERIC_RUNTIME_SPEC,
    &RESOURCE_REQUIREMENTS,
    &RESTART_POLICY,
    &PLACEMENT,
    &PLACEMENT_PREFERENCE,
    &SPREAD_OVER,
    &NETWORK_ATTACHMENT_CONFIG,
    &NETWORK_ATTACHMENT_CONFIG_DRIVER_ATTACHMENT_OPTS_ENTRY,
    &RESOURCE_REFERENCE,
    &REPLICATED_SERVICE,
    &GLOBAL_SERVICE,
    &REPLICATED_JOB,
    &GLOBAL_JOB,
    &UPDATE_CONFIG,
    &ENDPOINT_SPEC,
    &CLUSTER_SPEC,
    &ACCEPTANCE_POLICY,
    &ACCEPTANCE_POLICY_ROLE_ADMISSION_POLICY,
    &ACCEPTANCE_POLICY_ROLE_ADMISSION_POLICY_SECRET,
    &ORCHESTRATION_CONFIG,
    &RAFT_CONFIG,
    &DISPATCHER_CONFIG,
    &CA_CONFIG,
    &EXTERNAL_CA,
    &EXTERNAL_CA_OPTIONS_ENTRY,
    &TASK_DEFAULTS,
    &ENCRYPTION_CONFIG,
    &SECRET_SPEC,
    &CONFIG_SPEC,
    &VOLUME_SPEC,
    &VOLUME_ACCESS_MODE,
    &VOLUME_ACCESS_MODE_BLOCK_VOLUME,
    &VOLUME_ACCESS_MODE_MOUNT_VOLUME,
    &VOLUME_SECRET,
    &TOPOLOGY_REQUIREMENT,
    &CAPACITY_RANGE,
    &NODE,
    &NODE_DESCRIPTION,
    &ENGINE_DESCRIPTION,
    &ENGINE_DESCRIPTION_LABELS_ENTRY,
    &PLUGIN_DESCRIPTION,
    &NODE_TLS_INFO,
    &NODE_CSI_INFO,
    &NODE_STATUS,
    &MANAGER_STATUS,
    &NETWORK_ATTACHMENT,
    &NETWORK_ATTACHMENT_DRIVER_ATTACHMENT_OPTS_ENTRY,
    &NETWORK,
    &CERTIFICATE,
    &ISSUANCE_STATUS,
    &SERVICE,
    &ENDPOINT,
    &ENDPOINT_VIRTUAL_IP,
    &UPDATE_STATUS,
    &JOB_STATUS,
    &TASK,
    &TASK_STATUS,
    &CONTAINER_STATUS,
    &PORT_STATUS,
    &VOLUME_ATTACHMENT,
    &CLUSTER,
    &CLUSTER_BLACKLISTED_CERTIFICATES_ENTRY,
    &ROOT_CA,
    &JOIN_TOKENS,
    &ROOT_ROTATION,
    &ENCRYPTION_KEY,
    &BLACKLISTED_CERTIFICATE,
    &SECRET,
    &RESOURCE,
    &EXTENSION,
    &CONFIG,
    &VOLUME,
    &VOLUME_PUBLISH_STATUS,
    &VOLUME_PUBLISH_STATUS_PUBLISH_CONTEXT_ENTRY,
    &VOLUME_INFO,
    &VOLUME_INFO_VOLUME_CONTEXT_ENTRY,
    &INTERNAL_RAFT_REQUEST,
    &STORE_ACTION,
    &SNAPSHOT,
    &CLUSTER_SNAPSHOT,
    &STORE_SNAPSHOT,
    &MAYBE_ENCRYPTED_RECORD,
    &ENTRY,
    &SNAPSHOT_METADATA,
    &CONF_STATE,
    &RAFTPB_SNAPSHOT,
    &HARD_STATE,
    &CONF_CHANGE,
    &CONF_CHANGE_SINGLE,
    &CONF_CHANGE_V2,
    &RECORD,
    &WALPB_SNAPSHOT,
    &SNAPPB_SNAPSHOT,
];
